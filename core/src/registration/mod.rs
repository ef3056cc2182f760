//! The life of a registration: which status a day gives it.

use chrono::NaiveDate;

use crate::{Period, named_values::named_values};

named_values! {
    /// The state of a registration (charger-registry contract, schema `Registration`).
    RegistrationStatus {
        /// Its period has not begun.
        Pending => "pending",
        /// The day lies in its period.
        Active => "active",
        /// Its period is over; it still claims the days it covered.
        Expired => "expired",
        /// Withdrawn for good; it claims nothing.
        Cancelled => "cancelled",
    }
}

impl RegistrationStatus {
    /// The status of a registration that is not cancelled, on `day` (DECISIONS 5).
    ///
    /// ```
    /// use tierra::{Period, parse_date, registration::RegistrationStatus};
    /// let period = Period::parse("2026-01-01", "2026-12-31")?;
    /// assert_eq!(RegistrationStatus::on(&period, parse_date("2026-12-31")?), RegistrationStatus::Active);
    /// assert_eq!(RegistrationStatus::on(&period, parse_date("2027-01-01")?), RegistrationStatus::Expired);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn on(period: &Period, day: NaiveDate) -> Self {
        if day < period.start() {
            Self::Pending
        } else if day <= period.end() {
            Self::Active
        } else {
            Self::Expired
        }
    }

    /// Whether the registration claims the days of its period: all but a cancelled one do (DECISIONS 4).
    #[must_use]
    pub fn claims(self) -> bool {
        self != Self::Cancelled
    }
}
