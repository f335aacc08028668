//! Local variables and parameters of the body that is read.
use std::{cell::RefCell, collections::BTreeMap};

use crate::operation::Term;

/// The variables of a body.
pub(super) struct Locals {
    /// Tells them from those of other bodies.
    prefix: String,
    /// Each variable with what it is given somewhere.
    names: RefCell<BTreeMap<String, Vec<Term>>>,
    /// Variables that a handler for warnings and ends of cursors sets, at any time.
    restless: RefCell<Vec<String>>,
}

/// More values of one variable are not told apart.
const MOST_VALUES: usize = 16;

impl Locals {
    pub(super) fn new(depth: u8) -> Self {
        Self { prefix: format!("{depth}:"), names: RefCell::default(), restless: RefCell::default() }
    }

    /// The variable that a name in lower case stands for.
    pub(super) fn find(&self, name: &str) -> Option<String> {
        let variable = format!("{}{}", self.prefix, name.to_lowercase());
        self.names.borrow().contains_key(&variable).then_some(variable)
    }

    /// Declares a variable with its first value.
    pub(super) fn declare(&self, name: &str, value: Term) -> String {
        let variable = format!("{}{name}", self.prefix);
        self.names.borrow_mut().entry(variable.clone()).or_default();
        self.note(&variable, value);
        variable
    }

    /// Notes that a variable gets a value.
    pub(super) fn note(&self, variable: &str, value: Term) {
        if let Some(values) = self.names.borrow_mut().get_mut(variable)
            && values.len() < MOST_VALUES
        {
            values.push(value);
        }
    }

    /// What a variable is given; empty when that is too much.
    pub(super) fn values(&self, variable: &str) -> Vec<Term> {
        let values = self.names.borrow().get(variable).cloned().unwrap_or_default();
        if values.len() < MOST_VALUES && !self.is_restless(variable) { values } else { Vec::new() }
    }

    /// Notes that a variable may change at any time.
    pub(super) fn unsettle(&self, variable: String) {
        self.restless.borrow_mut().push(variable);
    }

    pub(super) fn is_restless(&self, variable: &str) -> bool {
        self.restless.borrow().iter().any(|v| v == variable)
    }
}
