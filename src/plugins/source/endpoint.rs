//! Where requests go, who asks, and what a request says.

use super::Pagination;
use crate::plugins::expression::CodeId;

/// Which server answers.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// The API of a host of an integration: the provider, as in `integrations.github`, and the host, a text.
    Integration {
        /// The key below `integrations`.
        provider: String,
        /// The host, a text; the first configured one if there is none.
        host: Option<CodeId>,
    },
    /// An address, a text.
    Address(CodeId),
    /// An entry of the operator's `proxy.endpoints`, by its path, a text: its target and its headers.
    Proxy(CodeId),
}

/// Who asks. Each is an expression that gives a secret, or a text, and goes to the first host alone.
#[derive(Clone, Debug)]
pub enum Auth {
    /// `Authorization: Bearer …`.
    Bearer(CodeId),
    /// Headers of any name: a prefix such as `Token token=`, and the secret.
    Headers(Vec<(String, String, CodeId)>),
    /// User and password (RFC 7617).
    Basic(CodeId, CodeId),
    /// A parameter of the query. It is part of the address, so that only hosts that know nothing better should get it.
    Query(String, CodeId),
    /// The credentials of the integration, which is the default for one.
    Integration,
    /// Nobody.
    None,
}

/// What a request holds besides its address.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// JSON: an expression.
    Json(CodeId),
    /// A query of GraphQL, and its variables, each an expression.
    Graphql(String, Vec<(String, CodeId)>),
}

/// The value of a parameter of the query.
#[derive(Clone, Copy, Debug)]
pub enum QueryValue {
    /// A text; an empty one is left out.
    One(CodeId),
    /// An expression: a list, of which each item is a parameter of this name.
    Each(CodeId),
}

/// One request to an API.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which server answers.
    pub endpoint: Endpoint,
    /// Who asks.
    pub auth: Option<Auth>,
    /// Whether it is sent with `POST`.
    pub post: bool,
    /// The path below the endpoint, a text.
    pub path: CodeId,
    /// The parameters.
    pub query: Vec<(String, QueryValue)>,
    /// Headers, each a text.
    pub headers: Vec<(String, CodeId)>,
    /// What it holds.
    pub body: Body,
    /// The name of the format of the answer.
    pub format: String,
    /// How further pages are asked for.
    pub pagination: Option<Pagination>,
}
