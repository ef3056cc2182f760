//! Answers as Python objects: records become the package's classes, decimals `Decimal`, ids `UUID`, days `date`.
//!
//! The core hands an answer over while Python's lock is not held; its parts wait on a [`Tape`] for the lock. No answer is
//! parsed: the objects are made from the parts.

use std::collections::HashMap;

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi as c;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use tierra::chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use tierra::ffi::{Field, JsonSink, NumberStyle, Record, Sink, Write};
use tierra::uuid::Uuid;
use tierra::{Decimal, Error};

use crate::{convert, error_object};

/// A part of an answer. Texts stand one behind the other in a buffer of the tape.
enum Part {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Decimal(Decimal),
    Text(usize),
    Uuid(Uuid),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
    Json(usize),
    Error(Box<Error>),
    BeginList,
    BeginRecord(&'static Record),
    Field(&'static Field),
    BeginMap,
    Key(usize),
    End,
}

/// The parts of an answer, and where it is asked for its JSON text.
pub struct Tape {
    parts: Vec<Part>,
    texts: String,
    json: Option<JsonSink>,
    /// Whether JSON wraps the answer: a list is then an answer of its own.
    is_wrapped: bool,
}

impl Tape {
    /// An empty one; `with_json` where the text is wanted as well.
    pub fn new(with_json: bool) -> Self {
        let json = with_json.then(|| JsonSink::new(NumberStyle::Digits));
        Self { parts: Vec::new(), texts: String::new(), json, is_wrapped: false }
    }

    /// What `write` hands over.
    pub fn of(answer: &dyn Write) -> Self {
        let mut tape = Self::new(false);
        answer.write(&mut tape);
        tape
    }

    fn push_text(&mut self, text: &str, part: fn(usize) -> Part) {
        self.texts.push_str(text);
        self.parts.push(part(text.len()));
    }

    /// The answer as objects of the package's classes. The outermost carries the JSON text, where that was asked for.
    pub fn into_objects(mut self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let classes = classes(py)?;
        let mut answer = {
            let _paused = (self.parts.len() > MANY_PARTS).then(|| PausedCollector::new(py));
            Reader::over(py, &self, classes).all()?
        };
        let Some(json) = self.json.take().map(JsonSink::into_text) else { return Ok(answer) };
        if self.is_wrapped
            && answer.is_instance_of::<PyTuple>()
            && let Some(listing) = classes.get("Listing")
        {
            let list = new_object(listing.class.bind(py))?;
            set_field(&list, intern!(py, "data"), &answer)?;
            answer = list;
        }
        if answer.get_type().hasattr(intern!(py, "json"))? {
            set_field(&answer, intern!(py, "json"), PyString::new(py, &json).as_any())?;
        }
        Ok(answer)
    }
}

/// From so many parts on, Python's cyclic garbage collector is held off while they are made into objects: answers hold no
/// cycles, and it would look through all of them again and again as they grow (with 360,000 conflicts it took two thirds of
/// 16 seconds).
const MANY_PARTS: usize = 10_000;

/// Holds the collector off until it is dropped. Reference counting goes on.
struct PausedCollector<'py>(Option<Bound<'py, PyModule>>);

impl<'py> PausedCollector<'py> {
    fn new(py: Python<'py>) -> Self {
        let pause = || -> PyResult<Option<Bound<'py, PyModule>>> {
            let gc = py.import("gc")?;
            if !gc.call_method0("isenabled")?.is_truthy()? {
                return Ok(None);
            }
            gc.call_method0("disable")?;
            Ok(Some(gc))
        };
        Self(pause().unwrap_or_default())
    }
}

impl Drop for PausedCollector<'_> {
    fn drop(&mut self) {
        if let Some(gc) = &self.0 {
            // Nothing can be told from here, and `enable` has nothing to fail at.
            let _ = gc.call_method0("enable");
        }
    }
}

/// Notes a part on the tape and hands it to the JSON as well.
macro_rules! noted {
    ($($name:ident($($argument:ident: $type:ty),*) => |$tape:ident| $note:expr;)+) => {
        $(fn $name(&mut self, $($argument: $type),*) {
            if let Some(json) = &mut self.json {
                json.$name($($argument),*);
            }
            let $tape = self;
            $note
        })+
    };
}

impl Sink for Tape {
    noted! {
        null() => |tape| tape.parts.push(Part::Null);
        no_answer() => |tape| tape.parts.push(Part::Null);
        no_record(nulls: &dyn Write) => |tape| tape.parts.push(Part::Null);
        begin_wrapped(name: &str) => |tape| tape.is_wrapped = true;
        end_wrapped() => |_tape| ();
        refusal(error: &Error) => |tape| tape.parts.push(Part::Error(Box::new(error.clone())));
        boolean(value: bool) => |tape| tape.parts.push(Part::Boolean(value));
        integer(value: i64) => |tape| tape.parts.push(Part::Integer(value));
        float(value: f64) => |tape| tape.parts.push(Part::Float(value));
        decimal(value: Decimal) => |tape| tape.parts.push(Part::Decimal(value));
        text(text: &str) => |tape| tape.push_text(text, Part::Text);
        uuid(value: Uuid) => |tape| tape.parts.push(Part::Uuid(value));
        date(value: NaiveDate) => |tape| tape.parts.push(Part::Date(value));
        instant(value: DateTime<Utc>) => |tape| tape.parts.push(Part::Instant(value));
        json(text: &str) => |tape| tape.push_text(text, Part::Json);
        verbatim(text: &str) => |tape| tape.push_text(text, Part::Text);
        error(error: &Error) => |tape| tape.parts.push(Part::Error(Box::new(error.clone())));
        begin_list(length: usize) => |tape| tape.parts.push(Part::BeginList);
        end_list() => |tape| tape.parts.push(Part::End);
        begin_record(record: &'static Record) => |tape| tape.parts.push(Part::BeginRecord(record));
        field(field: &'static Field) => |tape| tape.parts.push(Part::Field(field));
        end_record() => |tape| tape.parts.push(Part::End);
        begin_map() => |tape| tape.parts.push(Part::BeginMap);
        key(name: &str) => |tape| tape.push_text(name, Part::Key);
        end_map() => |tape| tape.parts.push(Part::End);
    }
}

/// The package's class for a record, and what its fields are where the core leaves them out.
struct Class {
    class: Py<PyType>,
    left_out: Vec<(Py<PyString>, Py<PyAny>)>,
    /// The names of its fields.
    names: Vec<Py<PyString>>,
}

impl Class {
    /// The name of a field as Python has it.
    fn name_of<'py>(&'py self, py: Python<'py>, field: &Field) -> PyResult<&'py Bound<'py, PyString>> {
        for name in &self.names {
            let name = name.bind(py);
            if name.to_str()? == field.name {
                return Ok(name);
            }
        }
        let message = format!("the core handed `{}` over, which the class lacks: it is of another version", field.name);
        Err(PyRuntimeError::new_err(message))
    }
}

type Classes = HashMap<String, Class>;

static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();

/// The classes that the package declares, by the names of the core's records: `tierra._records.CLASSES`.
fn classes(py: Python<'_>) -> PyResult<&Classes> {
    CLASSES.get_or_try_init(py, || {
        let declared = py.import("tierra._records")?.getattr("CLASSES")?.cast_into::<PyDict>()?;
        let mut classes = Classes::new();
        for (name, class) in declared {
            let class = class.cast_into::<PyType>()?;
            let mut left_out = Vec::new();
            for pair in class.getattr("_left_out")?.try_iter()? {
                let (field, value): (Bound<'_, PyString>, Bound<'_, PyAny>) = pair?.extract()?;
                left_out.push((field.unbind(), value.unbind()));
            }
            let mut names = Vec::new();
            for field in class.getattr("__dataclass_fields__")?.cast_into::<PyDict>()?.keys() {
                names.push(field.cast_into::<PyString>()?.unbind());
            }
            classes.insert(name.extract()?, Class { class: class.unbind(), left_out, names });
        }
        Ok(classes)
    })
}

/// Reads a tape from its first part to its last.
struct Reader<'t, 'py> {
    py: Python<'py>,
    parts: std::slice::Iter<'t, Part>,
    texts: &'t str,
    /// The classes of records; one without is a dict.
    classes: &'py Classes,
    /// The records met so far, each with its class.
    seen: Vec<(&'static Record, Option<&'py Class>)>,
    /// The first days met: those of periods come again and again.
    days: Vec<(NaiveDate, Bound<'py, PyAny>)>,
}

impl<'t, 'py> Reader<'t, 'py> {
    fn over(py: Python<'py>, tape: &'t Tape, classes: &'py Classes) -> Self {
        let (seen, days) = (Vec::new(), Vec::new());
        Self { py, parts: tape.parts.iter(), texts: &tape.texts, classes, seen, days }
    }

    fn all(mut self) -> PyResult<Bound<'py, PyAny>> {
        self.next()?.ok_or_else(|| PyRuntimeError::new_err("the core handed no answer over"))
    }

    /// The next value; nothing at the end of a list or object.
    fn next(&mut self) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = self.py;
        let Some(part) = self.parts.next() else { return Ok(None) };
        Ok(Some(match part {
            Part::Null => py.None().into_bound(py),
            Part::Boolean(value) => value.into_pyobject(py)?.to_owned().into_any(),
            Part::Integer(value) => value.into_pyobject(py)?.into_any(),
            Part::Float(value) => value.into_pyobject(py)?.into_any(),
            Part::Decimal(value) => convert::decimal(py, *value)?,
            Part::Text(length) => PyString::new(py, self.take_text(*length)).into_any(),
            Part::Uuid(value) => uuid(py, *value)?,
            Part::Date(value) => self.day(*value)?,
            Part::Instant(value) => instant(py, *value)?,
            Part::Json(length) => json_value(py, self.take_text(*length))?,
            Part::Error(error) => error_object(py, error)?,
            Part::BeginList => self.list()?,
            Part::BeginRecord(record) => self.record(record)?,
            Part::BeginMap => self.map()?,
            Part::Field(_) | Part::Key(_) | Part::End => return Ok(None),
        }))
    }

    fn take_text(&mut self, length: usize) -> &'t str {
        let (text, rest) = self.texts.split_at_checked(length).unwrap_or((self.texts, ""));
        self.texts = rest;
        text
    }

    fn list(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let mut items = Vec::new();
        while let Some(item) = self.next()? {
            items.push(item);
        }
        Ok(PyTuple::new(self.py, items)?.into_any())
    }

    fn map(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let map = PyDict::new(self.py);
        while let Some(Part::Key(length)) = self.parts.next() {
            let key = self.take_text(*length);
            map.set_item(key, self.value()?)?;
        }
        Ok(map.into_any())
    }

    fn record(&mut self, record: &'static Record) -> PyResult<Bound<'py, PyAny>> {
        let Some(class) = self.class_of(record) else {
            let fields = PyDict::new(self.py);
            while let Some(Part::Field(field)) = self.parts.next() {
                fields.set_item(field.name, self.value()?)?;
            }
            return Ok(fields.into_any());
        };
        let object = new_object(class.class.bind(self.py))?;
        for (name, value) in &class.left_out {
            set_field(&object, name.bind(self.py), value.bind(self.py))?;
        }
        while let Some(Part::Field(field)) = self.parts.next() {
            let value = self.value()?;
            set_field(&object, class.name_of(self.py, field)?, &value)?;
        }
        Ok(object)
    }

    /// The class of a record; those of an answer are few, and are found by where their record stands.
    fn class_of(&mut self, record: &'static Record) -> Option<&'py Class> {
        if let Some((_, class)) = self.seen.iter().find(|(seen, _)| std::ptr::eq(*seen, record)) {
            return *class;
        }
        let class = self.classes.get(record.name);
        self.seen.push((record, class));
        class
    }

    fn value(&mut self) -> PyResult<Bound<'py, PyAny>> {
        self.next()?.ok_or_else(|| PyRuntimeError::new_err("the core handed a field without a value over"))
    }

    fn day(&mut self, day: NaiveDate) -> PyResult<Bound<'py, PyAny>> {
        static DATE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        const MOST_KEPT: usize = 8;
        if let Some((_, known)) = self.days.iter().find(|(known, _)| *known == day) {
            return Ok(known.clone());
        }
        let made = DATE.import(self.py, "datetime", "date")?.call1((day.year(), day.month(), day.day()))?;
        if self.days.len() < MOST_KEPT {
            self.days.push((day, made.clone()));
        }
        Ok(made)
    }
}

/// An object of a frozen class, whose fields are still to be set.
fn new_object<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the classes are `tierra._records.CLASSES`, dataclasses with slots and no base of C but `object`: what
    // `object.__new__` makes of them, without its look at arguments. A null pointer is an error that Python has set.
    unsafe { Bound::from_owned_ptr_or_err(class.py(), c::PyType_GenericAlloc(class.as_type_ptr(), 0)) }
}

/// Sets a field of a new object of a frozen class, as `object.__setattr__` does.
pub fn set_field(object: &Bound<'_, PyAny>, name: &Bound<'_, PyString>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    // SAFETY: three live objects of Python's; the object is new, so that nobody has seen it without the field.
    let set = unsafe { c::PyObject_GenericSetAttr(object.as_ptr(), name.as_ptr(), value.as_ptr()) };
    if set == 0 { Ok(()) } else { Err(PyErr::fetch(object.py())) }
}

/// A `uuid.UUID`, without its reading of a text, which takes ten times as long.
fn uuid(py: Python<'_>, value: Uuid) -> PyResult<Bound<'_, PyAny>> {
    static UUID: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static UNKNOWN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = UUID.import(py, "uuid", "UUID")?;
    let safety = UNKNOWN
        .get_or_try_init(py, || Ok::<_, PyErr>(py.import("uuid")?.getattr("SafeUUID")?.getattr("unknown")?.unbind()))?;
    let id = new_object(class)?;
    set_field(&id, intern!(py, "int"), value.as_u128().into_pyobject(py)?.as_any())?;
    set_field(&id, intern!(py, "is_safe"), safety.bind(py))?;
    Ok(id)
}

/// An aware `datetime` in UTC.
fn instant(py: Python<'_>, at: DateTime<Utc>) -> PyResult<Bound<'_, PyAny>> {
    static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static ZONE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let zone = ZONE
        .get_or_try_init(py, || Ok::<_, PyErr>(py.import("datetime")?.getattr("timezone")?.getattr("utc")?.unbind()))?;
    let micros = at.timestamp_subsec_millis() * 1000;
    let (date, time) = (at.date_naive(), at.time());
    let parts = (date.year(), date.month(), date.day(), time.hour(), time.minute(), time.second(), micros, zone);
    DATETIME.import(py, "datetime", "datetime")?.call1(parts)
}

/// JSON text that is kept as it stands, as plain values.
fn json_value<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let read =
        READ.get_or_try_init(py, || Ok::<_, PyErr>(py.import("tierra._plain")?.getattr("value_of")?.unbind()))?;
    read.bind(py).call1((text,))
}
