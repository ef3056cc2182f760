//! Webhook endpoints, the outbox and deliveries.

use chrono::{DateTime, Utc};

use crate::ffi::call::calls;
use crate::ledger::{
    Caller, Delivery, DeliveryAttempt, DeliveryOutcome, EndpointRequest, EndpointSecret, EndpointUpdate, Ledger,
    OutboxEvent, OutgoingRequest, WebhookEndpoint,
};
use crate::{Page, PageRequest};

calls! {
    /// The calls on webhooks.
    pub(in crate::ffi) CALLS: Ledger, "webhooks.", "ledger::Webhooks";

    #[call(POST "/api/v1/webhooks/endpoints" 201, scope WebhooksManage)]
    create(caller: Caller, request @body: EndpointRequest<'_>, now: DateTime<Utc>) -> EndpointSecret
        => |ledger| ledger.webhooks().create(&caller, &request, now)?;
    #[call(GET "/api/v1/webhooks/endpoints" 200, scope WebhooksManage)]
    list(caller: Caller, now @ignored: DateTime<Utc>) -> Vec<WebhookEndpoint> as data
        => |ledger| ledger.webhooks().list(&caller)?;
    #[call(GET "/api/v1/webhooks/endpoints/{id}" 200, scope WebhooksManage)]
    show(caller: Caller, id: i64, now @ignored: DateTime<Utc>) -> WebhookEndpoint
        => |ledger| ledger.webhooks().show(&caller, id)?;
    #[call(PATCH "/api/v1/webhooks/endpoints/{id}" 200, scope WebhooksManage)]
    update(caller: Caller, id: i64, request @body: EndpointUpdate<'_>, now: DateTime<Utc>) -> WebhookEndpoint
        => |ledger| ledger.webhooks().update(&caller, id, &request, now)?;
    #[call(DELETE "/api/v1/webhooks/endpoints/{id}" 200, scope WebhooksManage)]
    delete(caller: Caller, id: i64, now: DateTime<Utc>) -> () => |ledger| ledger.webhooks().delete(&caller, id, now)?;
    #[call(scope WebhooksManage)]
    rotate_secret(
        caller: Caller,
        id: i64,
        /// For how many seconds deliveries are signed with the old secret too, 0 to 30 days.
        overlap_seconds: u32 = 0,
        now: DateTime<Utc>,
    ) -> EndpointSecret => |ledger| ledger.webhooks().rotate_secret(&caller, id, overlap_seconds, now)?;
    #[call(GET "/api/v1/webhooks/endpoints/{id}/deliveries" 200, scope WebhooksManage)]
    deliveries(caller: Caller, id: i64, page @flat: PageRequest, now @ignored: DateTime<Utc>) -> Page<Delivery>
        => |ledger| ledger.webhooks().deliveries(&caller, id, page)?;
    #[call(scope WebhooksManage)]
    attempts(
        caller: Caller,
        /// The delivery.
        id: i64,
        now @ignored: DateTime<Utc>,
    ) -> Vec<DeliveryAttempt> as data => |ledger| ledger.webhooks().attempts(&caller, id)?;
    #[call(POST "/api/v1/webhooks/deliveries/{id}/resend" 200, scope WebhooksManage)]
    resend(
        caller: Caller,
        /// The delivery.
        id: i64,
        now: DateTime<Utc>,
    ) -> Delivery => |ledger| ledger.webhooks().resend(&caller, id, now)?;
    events(
        /// The number of the last event that is known already.
        after: i64 = 0,
        /// The most events, 1 to 1,000.
        limit: u32 = 100,
        now @ignored: DateTime<Utc>,
    ) -> Vec<OutboxEvent> as data => |ledger| ledger.webhooks().events(after, limit)?;
    due(
        /// The most requests, 1 to 1,000.
        limit: u32 = 100,
        now: DateTime<Utc>,
    ) -> Vec<OutgoingRequest> as data => |ledger| ledger.webhooks().due(limit, now)?;
    extend_lease(
        delivery_id: i64,
        attempt: u32,
        /// For how many seconds from now, 1 to 3,600.
        seconds: u32 = 120,
        now: DateTime<Utc>,
    ) -> Delivery => |ledger| ledger.webhooks().extend_lease(delivery_id, attempt, seconds, now)?;
    next_due(now @ignored: DateTime<Utc>) -> Option<DateTime<Utc>> as due_at => |ledger| ledger.webhooks().next_due()?;
    record(delivery_id: i64, attempt: u32, outcome: DeliveryOutcome<'_>, now: DateTime<Utc>) -> Delivery
        => |ledger| ledger.webhooks().record(delivery_id, attempt, outcome, now)?;
}
