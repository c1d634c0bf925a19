//! People and teams of LDIF and SCIM files.

use std::collections::BTreeMap;

use callboard::discovery;
use callboard::sources::MemoryReader;
use serde_json::{Value, json};

use super::recorded::{accept, settings};

const LDIF: &str = "\
dn: ou=people,dc=acme
objectClass: organizationalUnit

dn: uid=jo,ou=people,dc=acme
objectClass: inetOrgPerson
uid: jo
cn: Jo Harper
mail: jo@acme.example
entryUUID: 0d9f

dn: uid=ami,ou=people,dc=acme
objectClass: posixAccount
uid: ami
cn: Ami Sato
memberOf: CN=Shop, ou=groups, dc=acme

dn: cn=shop,ou=groups,dc=acme
objectClass: groupOfNames
cn: shop
description: Sells
member: uid=jo,ou=people,dc=acme
member: cn=till,ou=groups,dc=acme
member: uid=gone,ou=people,dc=acme

dn: cn=till,ou=groups,dc=acme
objectClass: posixGroup
cn: till
memberUid: ami
";

fn people(providers: &Value, files: &[(&str, &str)]) -> (BTreeMap<String, Value>, Vec<String>) {
    let (settings, mut report) = settings(providers);
    let reader = MemoryReader::new(files.iter().map(|(path, text)| (*path, text.as_bytes())));
    let entities = discovery::people_of_files(&settings, &reader, &mut report);
    let name =
        |it: &Value| format!("{} {}", it["kind"].as_str().unwrap(), it["metadata"]["name"].as_str().unwrap());
    let told = report.diagnostics().iter().map(|it| format!("{} {}: {}", it.span, it.code, it.message));
    (entities.into_iter().map(|it| (name(&it), it)).collect(), told.collect())
}

#[test]
fn people_of_a_directory() {
    let providers = json!({"ldifOrg": {"file": "people/*.ldif", "groups": [
        {"dn": "OU=groups,dc=acme", "map": {"members": "member"}, "set": {"spec.profile.picture": "https://a.example/p.png"}},
    ]}});
    let (found, told) =
        people(&providers, &[("people/a.ldif", LDIF), ("people/b.ldif", "dn: cn=x,ou=groups,dc=acme\n")]);
    assert_eq!(told, ["people/b.ldif:1:1 discovery/bad-record: `cn=x,ou=groups,dc=acme` has no `cn`"]);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["Group shop", "Group till", "User ami", "User jo"]);
    let jo = &found["User jo"];
    assert_eq!(
        jo["spec"],
        json!({"profile": {"displayName": "Jo Harper", "email": "jo@acme.example"}, "memberOf": ["shop"]})
    );
    assert_eq!(
        jo["metadata"]["annotations"],
        json!({
            "backstage.io/ldap-dn": "uid=jo,ou=people,dc=acme", "backstage.io/ldap-rdn": "jo",
            "backstage.io/ldap-uuid": "0d9f", "backstage.io/managed-by-location": "file:people/a.ldif",
            "backstage.io/managed-by-origin-location": "file:people/a.ldif",
        })
    );
    let shop = &found["Group shop"]["spec"];
    assert_eq!((&shop["members"], &shop["children"]), (&json!(["ami", "jo"]), &json!(["till"])));
    assert_eq!(shop["profile"]["picture"], "https://a.example/p.png");
    assert_eq!(found["Group till"]["spec"]["parent"], "shop");
    accept(found.values());
    // The names of accounts, as POSIX groups list them.
    let posix = json!({"ldifOrg": {"id": {"file": "a.ldif", "groups": {"map": {"members": "memberUid"}}}}});
    let (found, _) = people(&posix, &[("a.ldif", LDIF)]);
    assert_eq!(found["Group till"]["spec"]["members"], json!(["ami"]));
}

#[test]
fn people_of_scim() {
    let user = |id: &str, name: &str, active: bool| {
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": id, "userName": name, "active": active,
            "name": {"givenName": "Jo", "familyName": "Harper"}, "groups": [],
            "emails": [{"value": "other@acme.example"}, {"value": name, "primary": true}]})
    };
    let group = |id: &str, name: &str, members: &[&str]| {
        let members: Vec<Value> = members.iter().map(|it| json!({"value": it})).collect();
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": id, "displayName": name, "members": members})
    };
    let answer = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 5, "Resources": [
        user("1", "jo@acme.example", true), user("2", "gone@acme.example", false),
        group("3", "Night Watch", &["1", "2", "9"]), group("4", "Everyone", &["3"]), json!({"id": "5"}),
    ]});
    let (found, told) = people(
        &json!({"scimOrg": {"file": ["s.json", "t.json"]}}),
        &[("s.json", &answer.to_string()), ("t.json", "{\n,")],
    );
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("t.json:2:1 discovery/bad-record: the file is not JSON"), "{told:?}");
    assert_eq!(told[1], "s.json:1:1 discovery/bad-record: `5` is neither a user nor a group of SCIM 2.0");
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        ["Group Everyone", "Group Night_Watch", "User jo_acme.example"]
    );
    let profile = json!({"displayName": "Jo Harper", "email": "jo@acme.example"});
    assert_eq!(
        found["User jo_acme.example"]["spec"],
        json!({"profile": profile, "memberOf": ["Night_Watch"]})
    );
    assert_eq!(found["Group Night_Watch"]["spec"]["parent"], "Everyone");
    assert_eq!(found["Group Everyone"]["spec"]["children"], json!(["Night_Watch"]));
    accept(found.values());
}

#[test]
fn files_that_cannot_be_read_are_told() {
    for file in ["people.ldif", "people/*.ldif", "../people.ldif"] {
        let (found, told) = people(&json!({"ldifOrg": {"file": file}}), &[]);
        assert!(found.is_empty() && told.len() == 1 && told[0].contains("discovery/unreadable"), "{told:?}");
    }
}
