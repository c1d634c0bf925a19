//! `Parameter`: a value of JSON as PostgreSQL reads it, whatever type the statement wants.

use bytes::BytesMut;
use serde_json::Value;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type, to_sql_checked};

/// A value that is sent as text. The server reads it as the type of its place, or says that it is none.
#[derive(Debug)]
pub(super) struct Parameter<'a>(pub(super) &'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let text = match (self.0, of.kind()) {
            (Value::Null, _) => return Ok(IsNull::Yes),
            (Value::Array(items), Kind::Array(_)) => array(items),
            (value, _) if *of == Type::JSON || *of == Type::JSONB => value.to_string(),
            (Value::String(text), _) => text.clone(),
            (value, _) => value.to_string(),
        };
        out.extend_from_slice(text.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// Writes an array as PostgreSQL does, with every text in quotes.
fn array(items: &[Value]) -> String {
    let item = |it: &Value| match it {
        Value::Null => "NULL".to_owned(),
        Value::Array(items) => array(items),
        Value::String(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Value::Object(_) => format!("\"{}\"", it.to_string().replace('\\', "\\\\").replace('"', "\\\"")),
        Value::Bool(_) | Value::Number(_) => it.to_string(),
    };
    format!("{{{}}}", items.iter().map(item).collect::<Vec<_>>().join(","))
}
