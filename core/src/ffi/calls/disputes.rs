//! Disputes over conflicts.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ffi::call::calls;
use crate::ledger::{
    Caller, Dispute, DisputeDetails, DisputeMessage, DisputeMessageRequest, DisputeOpened, DisputeRequest,
    DisputeResolution, Ledger,
};
use crate::{Page, PageRequest};

calls! {
    /// The calls on disputes.
    pub(in crate::ffi) CALLS: Ledger, "disputes.", "ledger::Disputes";

    #[call(POST "/api/v1/disputes" 201, scope DisputesWrite)]
    open(caller: Caller, request @body: DisputeRequest<'_>, now: DateTime<Utc>) -> DisputeOpened
        => |ledger| ledger.disputes().open(&caller, request.conflict, request.reason, now)?;
    #[call(GET "/api/v1/disputes" 200, scope DisputesWrite)]
    list(caller: Caller, page @flat: PageRequest, now @ignored: DateTime<Utc>) -> Page<Dispute>
        => |ledger| ledger.disputes().list(&caller, page)?;
    #[call(GET "/api/v1/disputes/{public_id}" 200)]
    show(caller: Caller, public_id: Uuid, now @ignored: DateTime<Utc>) -> DisputeDetails
        => |ledger| ledger.disputes().show(&caller, public_id)?;
    #[call(POST "/api/v1/disputes/{public_id}/messages" 201, scope DisputesWrite)]
    message(
        caller: Caller,
        public_id: Uuid,
        request @body: DisputeMessageRequest<'_>,
        now: DateTime<Utc>,
    ) -> DisputeMessage => |ledger| ledger.disputes().message(&caller, public_id, request.body, now)?;
    #[call(POST "/api/v1/disputes/{public_id}/withdraw" 200, scope DisputesWrite)]
    withdraw(caller: Caller, public_id: Uuid, now: DateTime<Utc>) -> Dispute
        => |ledger| ledger.disputes().withdraw(&caller, public_id, now)?;
    #[call(POST "/api/v1/disputes/{public_id}/review" 200, scope DisputesResolve)]
    review(caller: Caller, public_id: Uuid, now: DateTime<Utc>) -> Dispute
        => |ledger| ledger.disputes().review(&caller, public_id, now)?;
    #[call(POST "/api/v1/disputes/{public_id}/resolve" 200, scope DisputesResolve)]
    resolve(caller: Caller, public_id: Uuid, request @body: DisputeResolution<'_>, now: DateTime<Utc>) -> Dispute
        => |ledger| ledger.disputes().resolve(&caller, public_id, request.resolution_note, now)?;
}
