//! Solidity's JSON ABI out of what ink! knows of a contract.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use crate::Failure;

/// The ABI of a contract.
pub fn from_metadata(metadata: &Value) -> Result<Value, Failure> {
    let mut abi = Vec::new();
    for constructor in list(metadata, "constructors")? {
        abi.push(json!({
            "type": "constructor",
            "inputs": parameters(constructor, "inputs")?,
            "stateMutability": payable(constructor, "nonpayable"),
        }));
    }
    for function in list(metadata, "functions")? {
        let mutates = field(function, "mutates")?.as_bool().unwrap_or(true);
        let outputs = match function.get("output").and_then(Value::as_str) {
            // No value is an empty tuple to ink!, and nothing to Solidity.
            None | Some("()") => Vec::new(),
            Some(kind) => vec![parameter("", kind)?],
        };
        abi.push(json!({
            "type": "function",
            "name": field(function, "name")?,
            "inputs": parameters(function, "inputs")?,
            "outputs": outputs,
            "stateMutability": payable(function, if mutates { "nonpayable" } else { "view" }),
        }));
    }
    for event in list(metadata, "events")? {
        let mut inputs = Vec::new();
        for input in list(event, "params")? {
            let mut described = parameter(text(input, "name")?, text(input, "ty")?)?;
            let indexed = input.get("is_topic").and_then(Value::as_bool).unwrap_or(false);
            described["indexed"] = json!(indexed);
            inputs.push(described);
        }
        let anonymous = event.get("is_anonymous").and_then(Value::as_bool).unwrap_or(false);
        let name = field(event, "name")?;
        abi.push(
            json!({ "type": "event", "name": name, "inputs": inputs, "anonymous": anonymous }),
        );
    }
    Ok(Value::Array(abi))
}

fn field<'a>(value: &'a Value, name: &str) -> Result<&'a Value, Failure> {
    value.get(name).ok_or_else(|| format!("the metadata has no `{name}`: {value}").into())
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, Failure> {
    field(value, name)?.as_array().ok_or_else(|| format!("`{name}` is no list").into())
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, Failure> {
    field(value, name)?.as_str().ok_or_else(|| format!("`{name}` is no text").into())
}

fn payable(value: &Value, otherwise: &str) -> String {
    let payable = value.get("is_payable").and_then(Value::as_bool).unwrap_or(false);
    if payable { "payable" } else { otherwise }.into()
}

fn parameters(value: &Value, name: &str) -> Result<Vec<Value>, Failure> {
    let inputs = list(value, name)?.iter();
    inputs.map(|input| parameter(text(input, "name")?, text(input, "ty")?)).collect()
}

/// A parameter of a type such as `uint8`, `(address,bytes32)` or `(uint8,address[])[]`.
fn parameter(name: &str, kind: &str) -> Result<Value, Failure> {
    let Some(rest) = kind.strip_prefix('(') else {
        return Ok(json!({ "name": name, "type": kind }));
    };
    let (inside, suffix) = rest.rsplit_once(')').ok_or("a tuple is not closed")?;
    let components: Result<Vec<Value>, Failure> =
        members(inside).into_iter().map(|member| parameter("", member)).collect();
    Ok(json!({ "name": name, "type": format!("tuple{suffix}"), "components": components? }))
}

/// What stands between the commas that are in no parenthesis.
fn members(inside: &str) -> Vec<&str> {
    let (mut members, mut depth, mut start) = (Vec::new(), 0u32, 0);
    for (position, letter) in inside.char_indices() {
        match letter {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                members.push(inside.get(start..position).unwrap_or_default());
                start = position.saturating_add(1);
            }
            _ => {}
        }
    }
    members.push(inside.get(start..).unwrap_or_default());
    members.retain(|member| !member.is_empty());
    members
}

/// What two ABIs do not have in common: functions with their types and whether they change anything,
/// and events. How a contract is constructed is no part of an interface.
pub fn differences(one: &Value, other: &Value) -> Vec<String> {
    let (one, other) = (signatures(one), signatures(other));
    one.symmetric_difference(&other).cloned().collect()
}

fn signatures(abi: &Value) -> BTreeSet<String> {
    let entries = abi.as_array().into_iter().flatten();
    entries
        .filter_map(|entry| {
            let name = entry["name"].as_str()?;
            let inputs = types(&entry["inputs"]);
            match entry["type"].as_str()? {
                "function" => {
                    let outputs = types(&entry["outputs"]);
                    let mutability = entry["stateMutability"].as_str()?;
                    Some(format!("{name}({inputs}) -> ({outputs}) {mutability}"))
                }
                "event" => Some(format!("event {name}({inputs})")),
                _ => None,
            }
        })
        .collect()
}

/// Types as selectors are made of.
fn types(parameters: &Value) -> String {
    let parameters = parameters.as_array().into_iter().flatten();
    let types: Vec<String> = parameters
        .map(|parameter| {
            let kind = parameter["type"].as_str().unwrap_or_default();
            let indexed = if parameter["indexed"] == true { " indexed" } else { "" };
            match kind.strip_prefix("tuple") {
                Some(suffix) => format!("({}){suffix}{indexed}", types(&parameter["components"])),
                None => format!("{kind}{indexed}"),
            }
        })
        .collect();
    types.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_differ_by_types_and_not_by_names_of_arguments() {
        let function = |name: &str, argument: &str, mutability: &str| {
            json!([{
                "type": "function",
                "name": name,
                "inputs": [parameter(argument, "(address,uint8[])").unwrap()],
                "outputs": [],
                "stateMutability": mutability,
            }])
        };
        let one = function("pay", "to", "payable");
        assert!(differences(&one, &function("pay", "payee", "payable")).is_empty());
        assert_eq!(
            differences(&one, &function("pay", "to", "nonpayable")),
            ["pay((address,uint8[])) -> () nonpayable", "pay((address,uint8[])) -> () payable",]
        );
    }

    #[test]
    fn tuples_have_components_at_every_depth() {
        let described = parameter("terms", "(address,(uint8,bytes32[])[],bool)[2]").unwrap();
        assert_eq!(
            described,
            json!({
                "name": "terms",
                "type": "tuple[2]",
                "components": [
                    { "name": "", "type": "address" },
                    {
                        "name": "",
                        "type": "tuple[]",
                        "components": [
                            { "name": "", "type": "uint8" },
                            { "name": "", "type": "bytes32[]" },
                        ],
                    },
                    { "name": "", "type": "bool" },
                ],
            })
        );
        assert!(parameter("terms", "(address").is_err());
    }

    #[test]
    fn functions_and_events_are_as_solidity_has_them() {
        let metadata = json!({
            "constructors": [],
            "functions": [
                { "name": "pay", "inputs": [], "output": "()", "mutates": true, "is_payable": true },
                { "name": "due", "inputs": [], "output": "uint128", "mutates": false },
            ],
            "events": [{ "name": "Paid", "params": [{ "name": "by", "ty": "address", "is_topic": true }] }],
        });
        let abi = from_metadata(&metadata).unwrap();
        assert_eq!(abi[0]["stateMutability"], "payable");
        assert_eq!(abi[0]["outputs"], json!([]));
        assert_eq!(abi[1]["stateMutability"], "view");
        assert_eq!(abi[1]["outputs"][0]["type"], "uint128");
        assert_eq!(abi[2]["inputs"][0]["indexed"], true);
    }
}
