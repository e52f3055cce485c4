//! What the tutor promises a learner, without a terminal.

use super::{How, Input, Kind, Note, Tutor, TutorEffect};
use crate::lesson::progress::Mark;
use crate::lesson::tutor::tutor_command::TutorCommand;

const TASK: Kind = Kind::Task { hints: 2 };

fn begun(kinds: &[Kind]) -> Tutor {
    let mut tutor = Tutor::new(kinds.to_vec());
    tutor.begin(0);
    tutor
}

#[test]
fn a_lesson_begins_with_its_first_step() {
    let mut tutor = Tutor::new(vec![TASK]);
    let effects = tutor.begin(0);
    assert_eq!(
        effects,
        [TutorEffect::Place(Some(0)), TutorEffect::Present(0)]
    );
}

#[test]
fn a_lesson_goes_on_in_consoles_that_hold_what_came_before() {
    let mut tutor = Tutor::new(vec![TASK, TASK, TASK]);
    let effects = tutor.begin(2);
    assert_eq!(effects[0], TutorEffect::Rebuild(2));
    assert_eq!(effects.last(), Some(&TutorEffect::Present(2)));
}

#[test]
fn the_right_line_leads_to_the_next_step_and_is_kept() {
    let mut tutor = begun(&[TASK, TASK]);
    let effects = tutor.take(Input::Right);
    let expected = [
        TutorEffect::Keep(0, Mark::Done),
        TutorEffect::Place(Some(1)),
        TutorEffect::Present(1),
    ];
    assert_eq!(effects, expected);
}

#[test]
fn what_is_given_is_done_for_the_learner() {
    let mut tutor = begun(&[TASK, Kind::Given, Kind::Absent, TASK]);
    let effects = tutor.take(Input::Right);
    let expected = [
        TutorEffect::Keep(0, Mark::Done),
        TutorEffect::Present(1),
        TutorEffect::Perform(1, How::Given),
        TutorEffect::Keep(1, Mark::Done),
        TutorEffect::Keep(2, Mark::Skipped),
        TutorEffect::Place(Some(3)),
        TutorEffect::Present(3),
    ];
    assert_eq!(effects, expected);
}

#[test]
fn exploring_is_never_punished() {
    let mut tutor = begun(&[TASK]);
    for _ in 0..9 {
        assert_eq!(tutor.take(Input::Open), [TutorEffect::Say(Note::StillOpen)]);
    }
}

#[test]
fn hints_come_from_the_second_wrong_try_on_and_then_the_offer_to_show() {
    let mut tutor = begun(&[TASK]);
    assert_eq!(tutor.take(Input::Wrong), []);
    assert_eq!(tutor.take(Input::Wrong), [TutorEffect::Hint(0, 0)]);
    assert_eq!(tutor.take(Input::Wrong), [TutorEffect::Hint(0, 1)]);
    assert_eq!(
        tutor.take(Input::Wrong),
        [TutorEffect::Say(Note::OfferShow)]
    );
    assert_eq!(
        tutor.take(Input::Wrong),
        [TutorEffect::Say(Note::OfferShow)]
    );
}

#[test]
fn a_hint_can_be_asked_for_and_the_next_one_follows_it() {
    let mut tutor = begun(&[TASK]);
    let hint = Input::Said(TutorCommand::Hint);
    assert_eq!(tutor.take(hint), [TutorEffect::Hint(0, 0)]);
    tutor.take(Input::Wrong);
    assert_eq!(tutor.take(Input::Wrong), [TutorEffect::Hint(0, 1)]);
    assert_eq!(tutor.take(hint), [TutorEffect::Say(Note::OfferShow)]);
}

#[test]
fn each_step_has_its_own_tries() {
    let mut tutor = begun(&[TASK, TASK]);
    tutor.take(Input::Wrong);
    tutor.take(Input::Right);
    assert_eq!(tutor.take(Input::Wrong), []);
}

#[test]
fn show_types_the_answer_and_skip_does_it_in_silence() {
    let mut tutor = begun(&[TASK, TASK, TASK]);
    let effects = tutor.take(Input::Said(TutorCommand::Show));
    assert_eq!(effects[0], TutorEffect::Perform(0, How::Shown));
    assert_eq!(effects[1], TutorEffect::Keep(0, Mark::Shown));
    let effects = tutor.take(Input::Said(TutorCommand::Skip));
    assert_eq!(effects[0], TutorEffect::Perform(1, How::Skipped));
    assert_eq!(effects[1], TutorEffect::Keep(1, Mark::Skipped));
    assert_eq!(tutor.at(), 2);
}

#[test]
fn back_goes_to_the_last_step_that_asked_something() {
    let mut tutor = begun(&[TASK, Kind::Given, TASK]);
    let back = Input::Said(TutorCommand::Back);
    assert_eq!(tutor.take(back), [TutorEffect::Say(Note::NothingBefore)]);
    tutor.take(Input::Right);
    assert_eq!(tutor.at(), 2);
    assert_eq!(tutor.take(back)[0], TutorEffect::Rebuild(0));
    assert_eq!(tutor.at(), 0);
}

#[test]
fn play_judges_nothing_until_next() {
    let mut tutor = begun(&[TASK, TASK]);
    tutor.take(Input::Said(TutorCommand::Play));
    assert!(tutor.is_playing());
    for input in [Input::Right, Input::Open, Input::Wrong, Input::Wrong] {
        assert_eq!(tutor.take(input), []);
    }
    assert_eq!(
        tutor.take(Input::Said(TutorCommand::Next)),
        [TutorEffect::Present(0)]
    );
    assert!(!tutor.is_playing());
}

#[test]
fn next_ends_an_exploration_and_nothing_else() {
    let mut tutor = begun(&[Kind::Explore, TASK]);
    assert_eq!(tutor.take(Input::Wrong), []);
    tutor.take(Input::Said(TutorCommand::Next));
    assert_eq!(tutor.at(), 1);
    let next = Input::Said(TutorCommand::Next);
    assert_eq!(tutor.take(next), [TutorEffect::Say(Note::NotYet)]);
}

#[test]
fn quit_and_the_end_of_input_keep_the_place() {
    for input in [Input::Said(TutorCommand::Quit), Input::Ended] {
        let mut tutor = begun(&[TASK, TASK]);
        tutor.take(Input::Right);
        assert_eq!(
            tutor.take(input),
            [TutorEffect::Place(Some(1)), TutorEffect::Leave]
        );
        assert!(tutor.is_over());
        assert_eq!(tutor.take(Input::Right), []);
    }
}

#[test]
fn restart_begins_in_fresh_consoles() {
    let mut tutor = begun(&[TASK, TASK]);
    tutor.take(Input::Right);
    let effects = tutor.take(Input::Said(TutorCommand::Restart));
    assert_eq!(effects[0], TutorEffect::Rebuild(0));
    assert_eq!(tutor.at(), 0);
}

#[test]
fn the_last_step_closes_the_lesson() {
    let mut tutor = begun(&[TASK, Kind::Given]);
    let effects = tutor.take(Input::Right);
    assert_eq!(
        effects[effects.len() - 2..],
        [TutorEffect::Place(None), TutorEffect::Close]
    );
}

#[test]
fn at_the_end_one_plays_until_one_leaves() {
    let mut tutor = begun(&[TASK]);
    tutor.take(Input::Right);
    assert!(tutor.is_playing() && !tutor.is_over());
    assert_eq!(tutor.take(Input::Wrong), []);
    for word in [TutorCommand::Next, TutorCommand::Hint, TutorCommand::Show] {
        let effects = tutor.take(Input::Said(word));
        assert_eq!(effects, [TutorEffect::Say(Note::AtEnd)]);
    }
    let back = tutor.clone().take(Input::Said(TutorCommand::Back));
    assert_eq!(back[0], TutorEffect::Rebuild(0));
    assert_eq!(tutor.take(Input::Ended), [TutorEffect::LeaveDone]);
    assert!(tutor.is_over());
}

#[test]
fn goto_does_the_steps_before_and_goes_there() {
    let mut tutor = begun(&[TASK, TASK, TASK]);
    let effects = tutor.take(Input::Said(TutorCommand::Goto(2)));
    assert_eq!(effects[0], TutorEffect::Rebuild(2));
    assert_eq!(effects.last(), Some(&TutorEffect::Present(2)));
    assert_eq!(tutor.at(), 2);
}

#[test]
fn a_hint_is_there_until_the_last_one_was_given() {
    let mut tutor = begun(&[TASK, Kind::Task { hints: 0 }]);
    assert!(tutor.has_hint());
    tutor.take(Input::Said(TutorCommand::Hint));
    tutor.take(Input::Said(TutorCommand::Hint));
    assert!(!tutor.has_hint());
    tutor.take(Input::Right);
    assert!(!tutor.has_hint());
}

#[test]
fn every_word_is_understood_at_every_kind_of_step() {
    let words = crate::lesson::tutor::tutor_command::WORDS;
    for kind in [TASK, Kind::Explore] {
        for (name, word, _) in words {
            let effects = begun(&[kind, TASK]).take(Input::Said(*word));
            assert!(!effects.is_empty(), "{name} at {kind:?}");
        }
    }
}
