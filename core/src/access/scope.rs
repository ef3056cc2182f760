//! What a key or token may do.

use std::{fmt, str::FromStr};

#[cfg(feature = "json")]
use crate::wire::{Read, Sink, Value, Write, list};
use crate::{Error, Result, named_values::named_values};

named_values! {
    /// What a key or token may do (charger-registry contract, security scheme `apiKey`).
    ///
    /// ```
    /// use tierra::access::Scope;
    /// assert_eq!("webhooks:manage".parse::<Scope>()?, Scope::WebhooksManage);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    Scope {
        /// See who has registered a charger.
        Lookup => "lookup",
        /// Register chargers and change registrations.
        RegistrationsWrite => "registrations:write",
        /// Open disputes, write messages, withdraw.
        DisputesWrite => "disputes:write",
        /// Review and decide disputes: the operator's.
        DisputesResolve => "disputes:resolve",
        /// Manage webhook endpoints.
        WebhooksManage => "webhooks:manage",
    }
}

/// A set of scopes. Its text is OAuth's: names in the contract's order, parted by single spaces (RFC 6749, section 3.3).
///
/// ```
/// use tierra::access::{Scope, Scopes};
/// let scopes: Scopes = " webhooks:manage  lookup lookup".parse()?;
/// assert_eq!(scopes.to_string(), "lookup webhooks:manage");
/// assert_eq!(scopes, Scopes::from_names(&["webhooks:manage", "lookup"])?);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// No scope at all.
    pub const NONE: Self = Self(0);

    /// Every scope.
    ///
    /// ```
    /// use tierra::access::{Scope, Scopes};
    /// assert!(Scope::ALL.into_iter().all(|scope| Scopes::all().contains(scope)));
    /// ```
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// The set of a list of names; a name may stand twice.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownValue`](crate::ErrorCode::UnknownValue) at the name's place, such as `[1]`.
    ///
    /// ```
    /// let error = tierra::access::Scopes::from_names(&["lookup", "admin"]).unwrap_err();
    /// assert_eq!(error.path(), "[1]");
    /// ```
    pub fn from_names<T: AsRef<str>>(names: &[T]) -> Result<Self> {
        let named = names.iter().enumerate();
        named.map(|(index, name)| name.as_ref().parse::<Scope>().map_err(|error| error.at_index(index))).collect()
    }

    /// Whether the set holds a scope.
    #[must_use]
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & bit(scope) != 0
    }

    /// Whether the set holds every scope of another: a token may be given no more than its client has.
    ///
    /// ```
    /// use tierra::access::{Scope, Scopes};
    /// let client: Scopes = [Scope::Lookup, Scope::WebhooksManage].into_iter().collect();
    /// assert!(client.contains_all([Scope::Lookup].into_iter().collect()));
    /// assert!(!client.contains_all(Scopes::all()));
    /// ```
    #[must_use]
    pub fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes, in the contract's order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

fn bit(scope: Scope) -> u8 {
    match scope {
        Scope::Lookup => 1,
        Scope::RegistrationsWrite => 2,
        Scope::DisputesWrite => 4,
        Scope::DisputesResolve => 8,
        Scope::WebhooksManage => 16,
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | bit(scope)))
    }
}

impl FromStr for Scopes {
    type Err = Error;

    /// Reads names parted by spaces, in any order; the empty text is the empty set.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownValue`](crate::ErrorCode::UnknownValue) with an empty path.
    fn from_str(text: &str) -> Result<Self> {
        text.split(' ').filter(|name| !name.is_empty()).map(str::parse::<Scope>).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            let gap = if index > 0 { " " } else { "" };
            write!(f, "{gap}{scope}")?;
        }
        Ok(())
    }
}

/// A list of names, or a text with spaces between them.
#[cfg(feature = "json")]
impl Read<'_> for Scopes {
    fn read(value: &Value) -> Result<Self> {
        match value {
            Value::String(text) => text.parse(),
            other => Ok(list(other, Scope::read)?.into_iter().collect()),
        }
    }
}

#[cfg(feature = "json")]
impl Write for Scopes {
    fn write(&self, out: &mut dyn Sink) {
        self.iter().collect::<Vec<_>>().write(out);
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Scopes {
    fn shape() -> crate::wire::describe::Shape {
        Vec::<Scope>::shape()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_reads_back() {
        for bits in 0..32u8 {
            let scopes: Scopes = Scope::ALL.into_iter().filter(|scope| bits & bit(*scope) != 0).collect();
            assert_eq!(scopes.to_string().parse(), Ok(scopes));
            assert_eq!(scopes.iter().count(), usize::try_from(bits.count_ones()).unwrap());
        }
        for bad in ["Lookup", "lookup,webhooks:manage", "lookup\twebhooks:manage", "*"] {
            assert!(bad.parse::<Scopes>().is_err(), "{bad}");
        }
    }
}
