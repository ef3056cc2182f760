//! The life of a registration: which status a day gives it.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;

use crate::{Error, Period, Result, text};

/// The state of a registration (charger-registry contract, schema `Registration`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegistrationStatus {
    /// Its period has not begun.
    Pending,
    /// The day lies in its period.
    Active,
    /// Its period is over; it still claims the days it covered.
    Expired,
    /// Withdrawn for good; it claims nothing.
    Cancelled,
}

impl RegistrationStatus {
    /// Every status, in the order of the contract.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Active, Self::Expired, Self::Cancelled];

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

    /// The status as the contract writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for RegistrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RegistrationStatus {
    type Err = Error;

    fn from_str(status: &str) -> Result<Self> {
        text::one_of(status, Self::ALL, Self::as_str)
    }
}
