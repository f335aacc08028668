use super::{compiled, machine::Step};

#[test]
fn the_notation_is_read() {
    let program = compiled().unwrap_or_else(|error| panic!("{error}"));
    assert!(program.code.len() > 1000);
    // Nothing is left without an address.
    let length = program.code.len() as u32;
    for step in &program.code {
        if let Step::Call(to) | Step::Jump(to) | Step::Choice(to) | Step::Commit(to) | Step::Test(_, to) =
            step
        {
            assert!(*to < length, "{step:?}");
        }
    }
    assert!(program.tables.iter().all(|table| table.iter().all(|to| *to < length)));
}
