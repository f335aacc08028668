//! Views and materialized views, and what is in the way of changing them.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Writer, quote};
use crate::{
    catalog::{Link, Name, ObjectName, View, after_needs},
    dialect::expression,
    target::{Dialect, Target},
};

impl Writer<'_> {
    pub(super) fn create_view(&mut self, view: &View) {
        if view.reads.contains(&view.name) {
            self.cannot(format!("view `{}` reads itself, which only OR REPLACE can bring about", view.name));
            return;
        }
        self.write_view(view, false);
        let name = quote::object(&view.name);
        for index in &view.indexes {
            self.create_index(index, &view.name, &name, false);
        }
        for trigger in &view.triggers {
            self.create_trigger(trigger, &name, true);
        }
        self.new_comment(&format!("{} {name}", word(view)), view.comment.as_deref());
    }

    fn write_view(&mut self, view: &View, replace: bool) {
        let target = Target::new(Dialect::Postgres).with_version(self.catalog.server_version);
        let query = &view.query;
        let own = expression::read_query(&query.sql, &target).columns;
        let columns = if view.columns.is_empty() || own.as_ref() == Some(&view.columns) {
            String::new()
        } else {
            format!(" ({})", quote::names(&view.columns))
        };
        let options = if view.options.is_empty() {
            String::new()
        } else {
            format!(" WITH {}", quote::parameters(&view.options))
        };
        let replace = if replace { "OR REPLACE " } else { "" };
        let name = quote::object(&view.name);
        self.push(format!("CREATE {replace}{} {name}{columns}{options} AS\n{}", word(view), query.sql));
    }

    pub(super) fn drop_view(&mut self, view: &View) {
        self.push(format!("DROP {} {}", word(view), quote::object(&view.name)));
    }

    pub(super) fn alter_view(&mut self, before: &View, after: &View) {
        let name = quote::object(&after.name);
        let same_query = before.query == after.query && before.columns == after.columns;
        if before.materialized != after.materialized || (after.materialized && !same_query) {
            self.replace_view(before, after);
            return;
        }
        if !same_query {
            // Columns may only be added at the end, and must keep their types, which are not known here.
            let extends = !before.columns.is_empty() && after.columns.starts_with(&before.columns);
            if !extends {
                self.replace_view(before, after);
                return;
            }
            self.write_view(after, true);
        } else if before.options != after.options {
            let (set, reset) = quote::parameter_changes(&before.options, &after.options);
            if !set.is_empty() {
                self.push(format!("ALTER {} {name} SET {}", word(after), quote::parameters(&set)));
            }
            if !reset.is_empty() {
                let reset: Vec<String> = reset.iter().map(|option| quote::parameter(option)).collect();
                self.push(format!("ALTER {} {name} RESET ({})", word(after), reset.join(", ")));
            }
        }
        for index in before.indexes.iter().filter(|i| !after.indexes.iter().any(|a| a.name == i.name)) {
            self.push(format!("DROP INDEX {}", quote::object(&after.name.sibling(index.name.clone()))));
        }
        for index in &after.indexes {
            match before.indexes.iter().find(|i| i.name == index.name) {
                None => self.create_index(index, &after.name, &name, false),
                Some(old) if old != index => self.alter_index(&after.name, old, index),
                Some(_) => {}
            }
        }
        for trigger in before.triggers.iter().filter(|t| !after.triggers.contains(t)) {
            self.push(format!("DROP TRIGGER {} ON {name}", quote::name(&trigger.name)));
        }
        for trigger in after.triggers.iter().filter(|t| !before.triggers.contains(t)) {
            self.create_trigger(trigger, &name, true);
        }
        if before.comment != after.comment {
            self.comment(&format!("{} {name}", word(after)), after.comment.as_deref());
        }
    }

    /// Drops a view and makes the new one, with the views that read it.
    fn replace_view(&mut self, before: &View, after: &View) {
        let readers = self.readers(std::slice::from_ref(&before.name), None);
        self.drop_views(&readers);
        self.drop_view(before);
        self.create_view(after);
        self.create_views_again(&readers);
    }

    /// The word for a view in `ALTER … RENAME`.
    pub(super) fn view_word(&self, name: &ObjectName) -> &'static str {
        self.catalog.views.get(name).map_or("VIEW", |view| word(view))
    }

    /// Drops the views that read one of these columns, and those that read these views. Returns them in the order in
    /// which they can be made again.
    pub(super) fn drop_views_of(&mut self, columns: &[(ObjectName, Name)]) -> Vec<Arc<View>> {
        let tables: Vec<ObjectName> = columns.iter().map(|(table, _)| table.clone()).collect();
        let names: Vec<Name> = columns.iter().map(|(_, column)| column.clone()).collect();
        let views = self.readers(&tables, Some(&names));
        self.drop_views(&views);
        views
    }

    fn drop_views(&mut self, views: &[Arc<View>]) {
        for view in views.iter().rev() {
            self.drop_view(view);
        }
    }

    pub(super) fn create_views_again(&mut self, views: &[Arc<View>]) {
        for view in views {
            self.create_view(view);
        }
    }

    /// The views that read `relations`, directly or over others, each behind those it reads. Of the direct readers only
    /// those whose text has one of `columns` or `*` in it.
    fn readers(&self, relations: &[ObjectName], columns: Option<&[Name]>) -> Vec<Arc<View>> {
        let mut found: BTreeMap<ObjectName, Arc<View>> = BTreeMap::new();
        let mut reached: BTreeSet<ObjectName> = relations.iter().cloned().collect();
        let mut work: Vec<(ObjectName, bool)> = relations.iter().map(|name| (name.clone(), true)).collect();
        while let Some((read, direct)) = work.pop() {
            for view in self.catalog.views.linked(Link::Reads, &read).filter(|v| v.reads.contains(&read)) {
                let concerned = !direct || columns.is_none_or(|columns| mentions(view, columns));
                if concerned && reached.insert(view.name.clone()) {
                    work.push((view.name.clone(), false));
                    found.insert(view.name.clone(), Arc::clone(view));
                }
            }
        }
        let needs: Vec<_> = found.values().map(|v| (v.name.clone(), v.reads.clone())).collect();
        after_needs(&needs).iter().filter_map(|name| found.remove(name)).collect()
    }
}

/// Whether the query may read one of the columns: its text has the name or a star.
fn mentions(view: &View, columns: &[Name]) -> bool {
    let sql = view.query.sql.to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let words: BTreeSet<&str> = sql.split(|c| !is_part(c)).collect();
    sql.contains('*')
        || columns.iter().map(|column| column.to_lowercase()).any(|column| {
            if column.chars().all(is_part) { words.contains(&*column) } else { sql.contains(&column) }
        })
}

fn word(view: &View) -> &'static str {
    if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" }
}
