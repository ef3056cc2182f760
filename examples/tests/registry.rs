//! The registry's story, word for word.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../registry/receiver.rs"]
mod receiver;
#[path = "../registry/story.rs"]
mod story;

#[test]
fn the_story_is_told_as_it_stands() {
    let mut told = Vec::new();
    story::tell(&mut told).unwrap();
    assert_eq!(String::from_utf8(told).unwrap(), include_str!("../registry/story.txt"));
}
