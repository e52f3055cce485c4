//! Assignments to names that nothing has made: found before anything runs, so that a call on the
//! right side neither connects nor takes what arrived.

use std::collections::HashSet;

use rhai::{AST, ASTNode, EvalAltResult, Expr, Position, Stmt};

/// The first assignment to a name that neither `is_known` knows nor the statements make: the
/// statement's place among `asts`, which are evaluated in their order, and the error that it would
/// end in: of a name in its value first, as rhai would. Whatever a statement makes counts from its
/// beginning on, in all its blocks, so that nothing is found which might be right. The bodies of
/// functions are not looked at.
pub(crate) fn find<'a>(
    asts: impl IntoIterator<Item = &'a AST>,
    is_known: impl Fn(&str) -> bool,
) -> Option<(usize, EvalAltResult)> {
    let mut made = HashSet::new();
    for (at, ast) in asts.into_iter().enumerate() {
        let (mut assigned, mut evaluates) = (Vec::new(), false);
        made.extend(
            ast.iter_functions()
                .map(|function| function.name.to_string()),
        );
        for statement in ast.statements() {
            statement.walk(&mut Vec::new(), &mut |path| {
                match path.last() {
                    Some(ASTNode::Stmt(Stmt::Assignment(parts))) => {
                        let target = free_variable(&parts.1.lhs);
                        assigned
                            .extend(target.map(|target| (target, free_variables(&parts.1.rhs))));
                    }
                    Some(node) => {
                        note_names(node, &mut made);
                        evaluates |= is_eval(node);
                    }
                    None => {}
                }
                true
            });
        }
        if evaluates {
            // Its text may make any name.
            return None;
        }
        let is_missing = |(name, _): &FreeVariable| !made.contains(name) && !is_known(name);
        let missing = assigned.into_iter().find(|(target, _)| is_missing(target));
        if let Some((target, mut value)) = missing {
            value.retain(is_missing);
            let (name, position) = value.into_iter().next().unwrap_or(target);
            return Some((at, EvalAltResult::ErrorVariableNotFound(name, position)));
        }
    }
    None
}

/// A variable's name, and where it is.
type FreeVariable = (String, Position);

/// The variables in a value that no statement around makes.
fn free_variables(value: &Expr) -> Vec<FreeVariable> {
    let mut found = Vec::new();
    value.walk(&mut Vec::new(), &mut |path| {
        if let Some(ASTNode::Expr(variable @ Expr::Variable(..))) = path.last() {
            found.extend(free_variable(variable));
        }
        true
    });
    found
}

/// The variable that an assignment changes, be it by its index or its property, where no statement
/// around makes it.
fn free_variable(target: &Expr) -> Option<FreeVariable> {
    match target {
        Expr::Variable(variable, None, position) if variable.0.is_none() => {
            let is_plain = variable.2.is_empty();
            is_plain.then(|| (variable.1.to_string(), *position))
        }
        Expr::Dot(sides, ..) | Expr::Index(sides, ..) => free_variable(&sides.lhs),
        _ => None,
    }
}

/// Notes the names that a node makes.
fn note_names(node: &ASTNode<'_>, made: &mut HashSet<String>) {
    match node {
        ASTNode::Stmt(Stmt::Var(parts, ..)) => {
            made.insert(parts.0.name.to_string());
        }
        ASTNode::Stmt(Stmt::For(parts, ..)) => {
            made.insert(parts.0.name.to_string());
            made.extend(parts.1.iter().map(|counter| counter.name.to_string()));
        }
        ASTNode::Stmt(Stmt::TryCatch(flow, ..)) => made.extend(name_of(&flow.expr)),
        // `unpack`: the names that are not its value.
        ASTNode::Expr(Expr::Custom(custom, _)) => {
            made.extend(custom.inputs.iter().filter_map(name_of));
        }
        _ => {}
    }
}

fn name_of(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Variable(variable, ..) => Some(variable.1.to_string()),
        _ => None,
    }
}

fn is_eval(node: &ASTNode<'_>) -> bool {
    match node {
        ASTNode::Stmt(Stmt::FnCall(call, _)) | ASTNode::Expr(Expr::FnCall(call, _)) => {
            call.name == "eval"
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rhai::{AST, Engine, OptimizationLevel};

    use super::find;
    use crate::script::builtins::syntax;

    /// The place and the error of the first missing `let`, where `known` is a variable.
    fn missing(pieces: &[&str]) -> Option<(usize, String)> {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::None);
        syntax::install(&mut engine);
        let compile = |piece: &&str| engine.compile(piece).expect(piece);
        let asts: Vec<AST> = pieces.iter().map(compile).collect();
        let found = find(&asts, |name| name == "known");
        found.map(|(at, error)| (at, error.to_string()))
    }

    #[test]
    fn a_first_value_without_let_is_found_wherever_it_is() {
        for piece in [
            "s = f(1)",
            "s += f(1)",
            "s[0] = f(1)",
            "s.x.y = f(1)",
            "loop { let c = f(1); s = c.recv(1); }",
            "if known { if f(1) { s = 1 } }",
            "try { s = f(1) } catch (err) { }",
            "switch f(1) { 1 => { s = 1 } }",
            "for n in 0..2 { s += n }",
        ] {
            let (_, error) = missing(&[piece]).expect(piece);
            assert!(error.starts_with("Variable not found: s "), "{error}");
        }
        assert_eq!(missing(&["let a = f(1)", "b = a"]).expect("b").0, 1);
        let (_, error) = missing(&["s = f(known, nmae)"]).expect("s");
        assert!(error.starts_with("Variable not found: nmae "), "{error}");
    }

    #[test]
    fn names_that_a_statement_makes_are_known() {
        for pieces in [
            &["known = 1"][..],
            &["known[0].x += 1"],
            &["let s = 1", "s = 2"],
            &["{ let s = 1; { s = 2 } }"],
            &["unpack a, b = f(1)", "a = 1; b[0] = 2"],
            &["loop { unpack a, b = f(1); a = 1; let c = 2; c = b }"],
            &["for (n, i) in 0..2 { n += i; i = n }"],
            &["try { f(1) } catch (err) { err = 1 }"],
            &["fn g() { s = 1 }", "let h = || { t = 1 }"],
            &["eval(\"let s = 1\")", "s = 2"],
            &["eval(\"let s = 1\"); s = 2"],
        ] {
            assert_eq!(missing(pieces), None, "{pieces:?}");
        }
    }
}
