//! The life of a registration, which a day gives its status, and of a dispute over two of them.

mod dispute;

use chrono::NaiveDate;

pub use dispute::{DisputeAction, DisputeStatus};

use crate::named_values::named_values;
use crate::{Error, ErrorCode, Period, Result};

named_values! {
    /// What to do with a registration that conflicts with others (DECISIONS 6).
    #[derive(Default)]
    OnConflict {
        /// Create it and list the conflicts.
        #[default]
        Warn => "warn",
        /// Write nothing and answer `conflict`.
        Fail => "fail",
        /// Create it, list the conflicts and record that they are known.
        Force => "force",
    }
}

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

    /// The status of a registration on `day`, whether it is cancelled or not (DECISIONS 5): a cancelled one stays so.
    ///
    /// ```
    /// use tierra::{Period, parse_date, registration::RegistrationStatus};
    /// let period = Period::parse("2026-01-01", "2026-12-31")?;
    /// let day = parse_date("2025-12-31")?;
    /// assert_eq!(RegistrationStatus::by_day(&period, false, day), RegistrationStatus::Pending);
    /// assert_eq!(RegistrationStatus::by_day(&period, true, day), RegistrationStatus::Cancelled);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn by_day(period: &Period, is_cancelled: bool, day: NaiveDate) -> Self {
        if is_cancelled { Self::Cancelled } else { Self::on(period, day) }
    }

    /// Whether the registration claims the days of its period: all but a cancelled one do (DECISIONS 4).
    #[must_use]
    pub fn claims(self) -> bool {
        self != Self::Cancelled
    }

    /// The status after a cancellation, which a pending or active registration allows.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] at `status` for an expired or a cancelled one.
    ///
    /// ```
    /// use tierra::registration::RegistrationStatus;
    /// assert_eq!(RegistrationStatus::Pending.cancelled()?, RegistrationStatus::Cancelled);
    /// assert!(RegistrationStatus::Expired.cancelled().is_err());
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn cancelled(self) -> Result<Self> {
        if matches!(self, Self::Pending | Self::Active) {
            return Ok(Self::Cancelled);
        }
        let message = format!("the registration is `{self}`; expected `pending` or `active` to be cancelled");
        Err(Error::new(ErrorCode::InvalidTransition, "status", message))
    }

    /// Refuses to renew a cancelled registration: cancelled is final.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] at `status` for a cancelled one.
    ///
    /// ```
    /// use tierra::registration::RegistrationStatus;
    /// assert!(RegistrationStatus::Expired.renewable().is_ok());
    /// assert!(RegistrationStatus::Cancelled.renewable().is_err());
    /// ```
    pub fn renewable(self) -> Result<()> {
        if self != Self::Cancelled {
            return Ok(());
        }
        let message = "the registration is `cancelled`; expected `pending`, `active` or `expired` to be renewed";
        Err(Error::new(ErrorCode::InvalidTransition, "status", message))
    }
}
