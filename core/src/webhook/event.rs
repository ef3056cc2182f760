//! What a webhook tells of.

use crate::named_values::named_values;

named_values! {
    /// What a webhook tells of (charger-registry contract, `POST /webhooks/endpoints`, field `events`).
    ///
    /// ```
    /// use tierra::webhook::EventType;
    /// assert_eq!("conflict.detected".parse::<EventType>()?, EventType::ConflictDetected);
    /// assert_eq!(EventType::ALL.len(), 7);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    EventType {
        /// A charger was registered, or a registration renewed.
        RegistrationCreated => "registration.created",
        /// A registration's programme or notes were changed.
        RegistrationUpdated => "registration.updated",
        /// A registration's last day is over.
        RegistrationExpired => "registration.expired",
        /// A registration was withdrawn.
        RegistrationCancelled => "registration.cancelled",
        /// Two registrations claim one charger for a day.
        ConflictDetected => "conflict.detected",
        /// A dispute was opened over a conflict.
        DisputeCreated => "dispute.created",
        /// A dispute was decided.
        DisputeResolved => "dispute.resolved",
    }
}
