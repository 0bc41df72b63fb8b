//! The store against real files: what is refused, what is held, what a backup is worth, what is
//! forgotten on wish or with time, what damage does, and what is never sent twice.

mod flipped;
mod forgotten;
mod keys;
mod opening;
mod person;
mod restored;

use rusqlite::Connection;

/// Every row of every table, as text, by table.
fn dump(c: &Connection) -> Vec<(String, String)> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = c.prepare(names).unwrap();
    let tables = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut all = Vec::new();
    for table in tables {
        let table = table.unwrap();
        let mut statement = c.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cell = |at| match row.get_ref(at).unwrap() {
                rusqlite::types::ValueRef::Blob(bytes) | rusqlite::types::ValueRef::Text(bytes) => {
                    String::from_utf8_lossy(bytes).into_owned()
                }
                other => format!("{other:?}"),
            };
            let cells: Vec<String> = (0..width).map(cell).collect();
            all.push((table.clone(), cells.join(" | ")));
        }
    }
    all
}

fn count(c: &Connection, sql: &str) -> i64 {
    c.query_row(sql, [], |row| row.get(0)).unwrap()
}
