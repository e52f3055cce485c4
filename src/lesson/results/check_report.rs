//! What came of an exercise's checks, run against a program.

use std::time::Duration;

use crate::lesson::diagnosis::Diagnosis;
use crate::lesson::format::model::Step;
use crate::lesson::results::{Reason, Verdict};
use crate::script::failure::Evidence;

/// One check: a step with prose, and the steps without prose that follow it.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    /// The first line of its prose.
    pub(crate) name: &'a str,
    /// Its steps with their numbers in the lesson, from 1; at least one.
    pub(crate) steps: Vec<(usize, &'a Step)>,
    /// It only prepares the tester's console and counts as no check.
    pub(crate) given: bool,
}

/// How a check went.
#[derive(Debug)]
pub(crate) enum CheckOutcome {
    /// The program does it right.
    Passed,
    /// It does not.
    Failed(Box<Shortfall>),
    /// This machine lacks what the check needs.
    Skipped(String),
    /// It could not be tried, and why.
    NotRun(String),
    /// Something outside the program keeps it from being tried, such as a port that is taken: what
    /// it is, and how to mend it.
    Blocked(String),
}

/// All that is known of a check that fell short.
#[derive(Debug)]
pub(crate) struct Shortfall {
    /// The number of the step, from 1.
    pub(crate) number: usize,
    /// Why.
    pub(crate) reason: Reason,
    /// What is wrong with the program, where that can be told.
    pub(crate) diagnosis: Option<Diagnosis>,
    /// What was sent and what came back, where the check tells it.
    pub(crate) evidence: Option<Box<Evidence>>,
    /// How the program ended, if it did so during the check without being told to.
    pub(crate) ended: Option<String>,
    /// What the program wrote last, as text; may be empty.
    pub(crate) wrote: String,
}

impl Shortfall {
    /// Whether it only shows again what was found before.
    pub(crate) fn follows(&self) -> bool {
        self.diagnosis.as_ref().is_some_and(|found| found.follows)
    }
}

/// A check and how it went.
#[derive(Debug)]
pub struct CheckReport<'a> {
    /// The check.
    pub(crate) check: &'a Check<'a>,
    /// How it went.
    pub(crate) outcome: CheckOutcome,
    /// What each of its steps that were run showed, with its verdict and how long it took.
    pub(crate) steps: Vec<(Verdict, String, Duration)>,
}

impl CheckReport<'_> {
    /// How long its steps took in all.
    pub(crate) fn took(&self) -> Duration {
        self.steps.iter().map(|step| step.2).sum()
    }
}

/// How many checks went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The program does them right.
    pub(crate) passed: usize,
    /// It does not.
    pub(crate) failed: usize,
    /// For other machines.
    pub(crate) skipped: usize,
    /// Could not be tried.
    pub(crate) not_run: usize,
    /// Kept from being tried by something outside the program.
    pub(crate) blocked: usize,
}

impl Tally {
    /// Whether the program does all that was tried, and all was tried.
    pub(crate) fn is_well(&self) -> bool {
        self.failed == 0 && self.not_run == 0 && self.blocked == 0
    }

    pub(crate) fn count(&mut self, outcome: &CheckOutcome) {
        match outcome {
            CheckOutcome::Passed => self.passed += 1,
            CheckOutcome::Failed(_) => self.failed += 1,
            CheckOutcome::Skipped(_) => self.skipped += 1,
            CheckOutcome::NotRun(_) => self.not_run += 1,
            CheckOutcome::Blocked(_) => self.blocked += 1,
        }
    }
}
