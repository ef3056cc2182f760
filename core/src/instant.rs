//! Days and instants as they are stored and told: ISO 8601, instants in UTC with milliseconds.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};

/// A day as text, `2026-01-31`, which sorts by time.
#[cfg(any(feature = "ledger", test))]
pub(crate) fn day_text(day: NaiveDate) -> String {
    let mut text = String::with_capacity("2026-01-31".len());
    if push_day(&mut text, day) { text } else { day.to_string() }
}

/// Adds a day's text to another one.
#[cfg(feature = "json")]
pub(crate) fn add_day(text: &mut String, day: NaiveDate) {
    if !push_day(text, day) {
        text.push_str(&day.to_string());
    }
}

/// An instant as text, `2026-01-31T12:00:00.000Z`, which sorts by time.
///
/// Each registration writes several: the digits are set one by one, which is some times faster than chrono's formatting.
pub(crate) fn instant_text(instant: DateTime<Utc>) -> String {
    let mut text = String::with_capacity("2026-01-31T12:00:00.000Z".len());
    let milliseconds = instant.nanosecond() / 1_000_000;
    // Chrono tells a leap second by more than a second's nanoseconds.
    if milliseconds > 999 || !push_day(&mut text, instant.date_naive()) {
        return instant.to_rfc3339_opts(SecondsFormat::Millis, true);
    }
    for (mark, value) in [('T', instant.hour()), (':', instant.minute()), (':', instant.second())] {
        text.push(mark);
        push_digits(&mut text, value, 10);
    }
    text.push('.');
    push_digits(&mut text, milliseconds, 100);
    text.push('Z');
    text
}

/// The instant that a text in ISO 8601 with an offset (RFC 3339) tells; nothing for another text.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.with_timezone(&Utc))
}

/// The instant as its text tells it: without the part of a millisecond.
#[cfg(feature = "ledger")]
pub(crate) fn to_milliseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(instant.timestamp_millis()).unwrap_or(instant)
}

/// Writes a day whose year has at most four digits; nothing for another.
fn push_day(text: &mut String, day: NaiveDate) -> bool {
    let Some(year) = u32::try_from(day.year()).ok().filter(|year| *year <= 9999) else { return false };
    push_digits(text, year, 1000);
    for part in [day.month(), day.day()] {
        text.push('-');
        push_digits(text, part, 10);
    }
    true
}

/// Writes the digits of a number from that of this power of ten on.
fn push_digits(text: &mut String, number: u32, power: u32) {
    let mut power = power;
    while power > 0 {
        text.push(char::from_digit(number / power % 10, 10).unwrap_or('0'));
        power /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_chrono() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for day in
            [day(2026, 1, 31), day(1900, 12, 9), day(0, 1, 1), day(9999, 12, 31), day(-1, 1, 1), day(10_000, 1, 1)]
        {
            assert_eq!(day_text(day), day.to_string());
            for (second, nano) in [(0, 0), (59, 999_999_999), (9, 1_000_000), (59, 1_500_000_000)] {
                let instant = day.and_hms_nano_opt(23, 4, second, nano).unwrap().and_utc();
                assert_eq!(instant_text(instant), instant.to_rfc3339_opts(SecondsFormat::Millis, true));
            }
        }
    }
}
