//! The life of a dispute over a conflict.

use crate::named_values::named_values;
use crate::{Error, ErrorCode, Result};

named_values! {
    /// The state of a dispute (charger-registry contract, schema `Dispute`).
    DisputeStatus {
        /// Opened by a party, waiting for the operator.
        Open => "open",
        /// The operator looks at it.
        UnderReview => "under_review",
        /// Its outcome is recorded: final.
        Resolved => "resolved",
        /// Taken back by its opener: final.
        Withdrawn => "withdrawn",
    }
}

named_values! {
    /// What can be done with a dispute.
    DisputeAction {
        /// A party writes a message.
        Message => "message",
        /// The opener takes it back.
        Withdraw => "withdraw",
        /// The operator takes it up.
        Review => "review",
        /// The operator records the outcome.
        Resolve => "resolve",
    }
}

impl DisputeStatus {
    /// Whether it still waits for an outcome. A conflict has at most one such dispute (DECISIONS 8).
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::UnderReview)
    }

    /// The state after `action`: open → under review → resolved, or withdrawn from either of the first two; messages only
    /// while it is live (DECISIONS 8).
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] at `status` for every other action.
    ///
    /// ```
    /// use tierra::registration::{DisputeAction, DisputeStatus};
    /// let reviewed = DisputeStatus::Open.after(DisputeAction::Review)?;
    /// assert_eq!(reviewed.after(DisputeAction::Resolve)?, DisputeStatus::Resolved);
    /// assert!(DisputeStatus::Open.after(DisputeAction::Resolve).is_err());
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn after(self, action: DisputeAction) -> Result<Self> {
        match (self, action) {
            (Self::Open | Self::UnderReview, DisputeAction::Message) => Ok(self),
            (Self::Open | Self::UnderReview, DisputeAction::Withdraw) => Ok(Self::Withdrawn),
            (Self::Open, DisputeAction::Review) => Ok(Self::UnderReview),
            (Self::UnderReview, DisputeAction::Resolve) => Ok(Self::Resolved),
            _ => {
                let needed = match action {
                    DisputeAction::Message => "`open` or `under_review` to take a message",
                    DisputeAction::Withdraw => "`open` or `under_review` to be withdrawn",
                    DisputeAction::Review => "`open` to come under review",
                    DisputeAction::Resolve => "`under_review` to be resolved",
                };
                let message = format!("the dispute is `{self}`; expected {needed}");
                Err(Error::new(ErrorCode::InvalidTransition, "status", message))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_is_as_decided() {
        use DisputeAction::{Message, Resolve, Review, Withdraw};
        use DisputeStatus::{Open, Resolved, UnderReview, Withdrawn};
        let allowed = [
            (Open, Message, Open),
            (Open, Withdraw, Withdrawn),
            (Open, Review, UnderReview),
            (UnderReview, Message, UnderReview),
            (UnderReview, Withdraw, Withdrawn),
            (UnderReview, Resolve, Resolved),
        ];
        for status in DisputeStatus::ALL {
            for action in DisputeAction::ALL {
                let expected = allowed.iter().find(|(from, by, _)| (*from, *by) == (status, action));
                match status.after(action) {
                    Ok(to) => assert_eq!(Some(to), expected.map(|(_, _, to)| *to), "{status} {action}"),
                    Err(error) => {
                        assert_eq!(error.code(), ErrorCode::InvalidTransition);
                        assert!(expected.is_none(), "{status} {action}");
                    }
                }
            }
        }
    }
}
