//! Registrations and their conflicts.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ffi::call::calls;
use crate::ledger::{
    BatchOutcome, Caller, Expired, Ledger, Registered, Registration, RegistrationBatch, RegistrationDetails,
    RegistrationRequest, RegistrationUpdate, RenewalRequest,
};
use crate::registration::RegistrationStatus;
use crate::{Page, PageRequest};

calls! {
    /// The calls on registrations.
    pub(in crate::ffi) CALLS: Ledger, "registrations.", "ledger::Registrations";

    #[call(POST "/api/v1/registrations" 201, scope RegistrationsWrite)]
    register(caller: Caller, request @body: RegistrationRequest<'_>, now: DateTime<Utc>) -> Registered
        => |ledger| ledger.registrations().register(&caller, &request, now)?;
    #[call(POST "/api/v1/registrations/batch" 207, scope RegistrationsWrite)]
    register_batch(caller: Caller, request @body: RegistrationBatch<'_>, now: DateTime<Utc>) -> BatchOutcome
        => |ledger| ledger.registrations().register_batch(&caller, &request.registrations, now)?;
    #[call(GET "/api/v1/registrations" 200)]
    list(
        caller: Caller,
        /// The status on the day of `now`; registrations of any without.
        status: Option<RegistrationStatus>,
        page @flat: PageRequest,
        now: DateTime<Utc>,
    ) -> Page<Registration> => |ledger| ledger.registrations().list(&caller, status, page, now)?;
    #[call(GET "/api/v1/registrations/{public_id}" 200)]
    show(caller: Caller, public_id: Uuid, now: DateTime<Utc>) -> RegistrationDetails
        => |ledger| ledger.registrations().show(&caller, public_id, now)?;
    #[call(PATCH "/api/v1/registrations/{public_id}" 200, scope RegistrationsWrite)]
    update(
        caller: Caller,
        public_id: Uuid,
        request @body: RegistrationUpdate<'_>,
        now: DateTime<Utc>,
    ) -> Registration => |ledger| ledger.registrations().update(&caller, public_id, &request, now)?;
    #[call(POST "/api/v1/registrations/{public_id}/cancel" 200, scope RegistrationsWrite)]
    cancel(caller: Caller, public_id: Uuid, now: DateTime<Utc>) -> Registration
        => |ledger| ledger.registrations().cancel(&caller, public_id, now)?;
    #[call(POST "/api/v1/registrations/{public_id}/renew" 201, scope RegistrationsWrite)]
    renew(caller: Caller, public_id: Uuid, request @body: RenewalRequest, now: DateTime<Utc>) -> Registered
        => |ledger| ledger.registrations().renew(&caller, public_id, request, now)?;
    expire(
        /// The most registrations at once, 1 to 10,000.
        limit: u32 = 1000,
        now: DateTime<Utc>,
    ) -> Expired => |ledger| ledger.registrations().expire(usize::try_from(limit).unwrap_or(usize::MAX), now)?;
}
