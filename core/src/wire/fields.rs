//! Reading the fields of an object: names, what must be there, and all that is wrong at once where a contract lists it.

use std::borrow::Cow;
#[cfg(feature = "ledger")]
use std::marker::PhantomData;
use std::ops::RangeInclusive;

use super::names::{HasRecord, Record};
#[cfg(feature = "ledger")]
use super::scalar::items;
use super::scalar::{Read, integer, object};
use super::value::Value;
use crate::{Error, ErrorCode, Issue, IssueCode, Result, text};

type NamedValues<'a> = &'a [(Cow<'static, str>, Value)];

/// The fields of an object while they are read. What is wrong is told by [`Fields::finish`]: the first of it, or all of it.
pub(crate) struct Fields<'a> {
    given: NamedValues<'a>,
    /// What holds where a field is not given. It was read once before: what is wrong with it was said there.
    defaults: NamedValues<'a>,
    /// All that is wrong; none where only the first is told.
    issues: Option<Vec<Issue>>,
    refused: Option<Error>,
    /// Whether what is missing is no error: defaults need not say everything.
    is_partial: bool,
}

/// A type that is read from the fields of an object, which may be those of another record as well.
pub(crate) trait ReadRecord<'a>: HasRecord + Sized {
    /// Whether all that is wrong with it is told at once.
    const LISTS_ISSUES: bool = false;

    /// Takes its fields; nothing where one is missing or wrong.
    fn take(fields: &mut Fields<'a>) -> Option<Self>;

    /// Reads it from an object that has no other fields.
    fn read_record(value: &'a Value) -> Result<Self> {
        let mut fields = Fields::of(value, Self::record(), Self::LISTS_ISSUES)?;
        let read = Self::take(&mut fields);
        fields.finish()?;
        taken(read)
    }
}

/// What was read, where nothing was refused.
pub(crate) fn taken<T>(read: Option<T>) -> Result<T> {
    read.ok_or_else(|| missing(""))
}

impl<'a> Fields<'a> {
    /// The fields of an object that has no others than a record's.
    pub(crate) fn of(value: &'a Value, record: &Record, lists_issues: bool) -> Result<Self> {
        let mut fields = Self::any(value)?;
        fields.issues = lists_issues.then(Vec::new);
        for (name, _) in fields.given {
            if !record.has(name) {
                fields.note(unknown_field(name, &record.names()), Some(IssueCode::UnrecognizedKeys), None);
            }
        }
        Ok(fields)
    }

    /// The fields of an object that has no others than these.
    pub(crate) fn named(value: &'a Value, names: &[&str]) -> Result<Self> {
        let fields = Self::any(value)?;
        match fields.given.iter().find(|(name, _)| !names.contains(&name.as_ref())) {
            Some((name, _)) => Err(unknown_field(name, names)),
            None => Ok(fields),
        }
    }

    /// The fields of an object whose names were checked elsewhere.
    pub(crate) fn any(value: &'a Value) -> Result<Self> {
        Ok(Self { given: object(value)?, defaults: &[], issues: None, refused: None, is_partial: false })
    }

    /// The same, where what is not given is taken from an object that was checked before.
    pub(crate) fn or_defaults(self, defaults: Option<&'a Value>) -> Result<Self> {
        Ok(Self { defaults: defaults.map_or(Ok([].as_slice()), object)?, ..self })
    }

    /// Refuses an object that could not stand in for what a record lacks: other fields than its own but for `except`, and
    /// fields that are wrong.
    pub(crate) fn check_defaults<T: ReadRecord<'a>>(value: &'a Value, except: &[&str]) -> Result<()> {
        let names: Vec<_> = T::record().names().into_iter().filter(|name| !except.contains(name)).collect();
        let mut fields = Self { is_partial: true, ..Self::named(value, &names)? };
        T::take(&mut fields);
        fields.finish()
    }

    /// A field that is looked at where nothing before it was wrong; what is wrong with it is told by itself.
    pub(crate) fn take_after<T: Read<'a>>(&mut self, name: &str) -> Option<T> {
        if self.refused.is_some() {
            return None;
        }
        self.issues = None;
        self.take(name)
    }

    /// A field by its type.
    pub(crate) fn take<T: Read<'a>>(&mut self, name: &str) -> Option<T> {
        self.take_by(name, T::read)
    }

    /// A field that is read in its own way where it is there.
    fn take_by<T: Read<'a>>(&mut self, name: &str, read: impl FnOnce(&'a Value) -> Result<T>) -> Option<T> {
        match self.get(name) {
            Some(value) => self.read(name, read(value)),
            None => self.absent(name, T::absent()),
        }
    }

    /// A field, or what it is where it is absent.
    pub(crate) fn take_or<T: Read<'a>>(&mut self, name: &str, default: impl FnOnce() -> T) -> Option<T> {
        match self.get(name) {
            Some(value) => self.read(name, T::read(value)),
            None => Some(default()),
        }
    }

    /// A text of a form of its own, such as an id or a digest: another form is told in `words`, where a contract has its own.
    pub(crate) fn take_form<T: Read<'a>>(&mut self, name: &str, words: Option<&str>) -> Option<T> {
        let Some(value) = self.get(name) else { return self.absent(name, T::absent()) };
        match T::read(value).map_err(|error| error.under(name)) {
            Ok(form) => Some(form),
            Err(error) if error.code() == ErrorCode::WrongType => self.settle(Err(error)),
            Err(error) => {
                self.note(error, Some(IssueCode::InvalidString), words);
                None
            }
        }
    }

    /// A field that a rule of the domain refuses or not.
    pub(crate) fn take_checked<T: Read<'a>>(&mut self, name: &str, check: impl FnOnce(&T) -> Result<()>) -> Option<T> {
        self.take_by(name, |value| T::read(value).and_then(|read| check(&read).map(|()| read)))
    }

    /// A list, whose number of items is looked at before any item: of a list of a million none is read.
    #[cfg(feature = "ledger")]
    pub(crate) fn take_counted<T: Read<'a>>(&mut self, name: &str, check: fn(usize) -> Result<()>) -> Option<T> {
        self.take_by(name, |value| items(value).and_then(|items| check(items.len())).and_then(|()| T::read(value)))
    }

    /// A whole number within bounds.
    pub(crate) fn take_in<T: Whole>(&mut self, name: &str, bounds: RangeInclusive<i64>) -> Option<T> {
        let Some(value) = self.get(name) else { return self.absent(name, T::of_whole(None)) };
        let number = self.whole_in(name, value, bounds)?;
        self.absent(name, T::of_whole(Some(number)))
    }

    /// A whole number within bounds, or what it is where it is absent.
    pub(crate) fn take_in_or<T: Whole>(
        &mut self,
        name: &str,
        bounds: RangeInclusive<i64>,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        if self.get(name).is_none() { Some(default()) } else { self.take_in(name, bounds) }
    }

    // One piece of code for every width of number.
    #[inline(never)]
    fn whole_in(&mut self, name: &str, value: &Value, bounds: RangeInclusive<i64>) -> Option<i64> {
        let (least, most) = (*bounds.start(), *bounds.end());
        let number = match integer::<i64>(value) {
            // Beyond 64 bits, on either side.
            Err(error) if error.code() == ErrorCode::OutOfRange && is_negative(value) => {
                self.note(error.under(name), Some(IssueCode::TooSmall), None);
                return None;
            }
            read => self.read(name, read)?,
        };
        if bounds.contains(&number) {
            return Some(number);
        }
        let expected = if most == i64::MAX { format!("{least} or more") } else { format!("{least} to {most}") };
        let message = format!("`{number}` is out of range; expected {expected}");
        let code = if number < least { IssueCode::TooSmall } else { IssueCode::TooBig };
        self.note(Error::new(ErrorCode::OutOfRange, name, message), Some(code), None);
        None
    }

    /// A contract's body, whose fields are not said to stand under the name of the argument.
    #[cfg(feature = "ledger")]
    pub(crate) fn take_body<T: Read<'a>>(&mut self, name: &str) -> Option<T> {
        let found = self.get(name).map(T::read).or_else(|| T::absent().map(Ok)).unwrap_or_else(|| Err(missing(name)));
        self.settle(found)
    }

    /// A field that may be there and is not looked at.
    #[cfg(feature = "ledger")]
    pub(crate) fn ignore<T>(&mut self, _: PhantomData<T>) -> Option<()> {
        Some(())
    }

    /// The parameters of a query, which need not be there where it has none.
    #[cfg(feature = "ledger")]
    pub(crate) fn take_query<T: Read<'a>>(&mut self, name: &str) -> Option<T> {
        static NO_PARAMETERS: Value = Value::Object(Vec::new());
        let read = T::read(self.get(name).unwrap_or(&NO_PARAMETERS));
        self.settle(read)
    }

    /// What was made of several fields, or why it could not be.
    pub(crate) fn settle<T>(&mut self, made: Result<T>) -> Option<T> {
        made.map_err(|error| self.note(error, None, None)).ok()
    }

    /// What is wrong: the first of it, with all of it as its issues where they are listed.
    pub(crate) fn finish(self) -> Result<()> {
        match (self.refused, self.issues) {
            (None, _) => Ok(()),
            (Some(first), Some(issues)) => Err(first.with_issues(issues)),
            (Some(first), None) => Err(first),
        }
    }

    /// The field's value; null counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        let of = |fields: NamedValues<'a>| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
        let is_there = |value: &&Value| **value != Value::Null;
        of(self.given).filter(is_there).or_else(|| of(self.defaults).filter(is_there))
    }

    fn read<T>(&mut self, name: &str, read: Result<T>) -> Option<T> {
        self.settle(read.map_err(|error| error.under(name)))
    }

    fn absent<T>(&mut self, name: &str, meaning: Option<T>) -> Option<T> {
        if meaning.is_none() && !self.is_partial {
            self.note(missing(name), Some(IssueCode::InvalidType), None);
        }
        meaning
    }

    #[cold]
    #[inline(never)]
    fn note(&mut self, error: Error, kind: Option<IssueCode>, words: Option<&str>) {
        if let Some(issues) = &mut self.issues {
            let kind = kind.unwrap_or_else(|| issue_code(error.code()));
            issues.push(Issue::new(kind, error.path(), words.unwrap_or(error.message()).to_owned()));
        }
        self.refused.get_or_insert(error);
    }
}

/// A whole number of some width, or none.
pub(crate) trait Whole: Sized {
    /// The number; nothing where it must be there and is not, or where it does not fit.
    fn of_whole(number: Option<i64>) -> Option<Self>;
}

macro_rules! whole {
    ($($type:ty),+) => {
        $(
            impl Whole for $type {
                fn of_whole(number: Option<i64>) -> Option<Self> {
                    number.and_then(|number| number.try_into().ok())
                }
            }

            impl Whole for Option<$type> {
                fn of_whole(number: Option<i64>) -> Option<Self> {
                    number.map_or(Some(None), |number| number.try_into().ok().map(Some))
                }
            }
        )+
    };
}
whole!(i32, u32, i64, u64);

/// A field that must be there and is not.
pub(crate) fn missing(name: &str) -> Error {
    Error::new(ErrorCode::MissingField, name, "is missing; expected a value")
}

fn unknown_field(name: &str, known: &[&str]) -> Error {
    let names: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{}` is not a known field; expected {}", text::excerpt(name), names.join(", "));
    Error::new(ErrorCode::UnknownField, name, message)
}

fn is_negative(value: &Value) -> bool {
    matches!(value, Value::Number(digits) | Value::String(digits) if digits.starts_with('-'))
}

fn issue_code(code: ErrorCode) -> IssueCode {
    match code {
        ErrorCode::UnknownValue => IssueCode::InvalidEnumValue,
        ErrorCode::InvalidUuid | ErrorCode::InvalidCharacter | ErrorCode::InvalidUnicode => IssueCode::InvalidString,
        ErrorCode::Empty => IssueCode::TooSmall,
        ErrorCode::TooLong | ErrorCode::OutOfRange => IssueCode::TooBig,
        _ => IssueCode::InvalidType,
    }
}
