//! That the examples of the documentation do what their rows say: what was recorded of each call is
//! held against its row.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::console::{Session, Task, Unseen, Until};
use crate::lab::Lab;
use crate::net::network::Network;
use crate::script::catalog::{Effect, Function, ValueType};
use crate::script::functions::rows;
use crate::script::vocabulary::effects;

#[test]
fn a_call_that_moves_bytes_or_waits_is_marked_so() {
    let lab = Arc::new(Lab::mapped(&[]));
    let mut records = Vec::new();
    for example in rows().flat_map(Function::examples) {
        let mut session = Session::new(Arc::clone(&lab) as Arc<dyn Network>, Vec::new());
        let journal = Arc::clone(session.journal());
        let wanted = journal.want();
        let run = session.begin("main", Task::Script(example));
        let mut run = run.expect("a console begins");
        let _ = run.follow(Until::within(Duration::from_secs(20)), &Unseen);
        records.extend(journal.after(0));
        drop(wanted);
    }
    let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
    for record in &records {
        let effects: Vec<Effect> = effects(record.call).collect();
        let does = |wanted: &[Effect]| wanted.iter().any(|effect| effects.contains(effect));
        assert!(!effects.is_empty(), "`{}` has no row", record.call);
        if record.sent.is_some() {
            sent.insert(record.call);
            assert!(does(&[Effect::Sends, Effect::SendsTo]), "{record:?}");
        }
        if record.received.is_some() {
            received.insert(record.call);
            assert!(does(&[Effect::Receives]), "{record:?}");
        }
        assert!(
            record.wait.is_none() || does(&[Effect::Waits]),
            "{record:?}"
        );
    }
    // The other way round: what is marked so is seen to do it, where its example ends well.
    let went_well = |row: &&Function| {
        let mut of_row = records.iter().filter(|record| record.call == row.name);
        row.receiver == Some(ValueType::Socket) && of_row.any(|record| record.outcome.is_ok())
    };
    for row in rows().filter(went_well) {
        let does = |effect: Effect| row.effects.contains(&effect);
        let sends = does(Effect::Sends) || does(Effect::SendsTo);
        assert!(
            !sends || sent.contains(row.name),
            "`{}` sent nothing",
            row.name
        );
        let receives = does(Effect::Receives);
        assert!(
            !receives || received.contains(row.name),
            "`{}` received nothing",
            row.name
        );
    }
    assert!(
        sent.len() > 4 && received.len() > 6,
        "{sent:?} {received:?}"
    );
}
