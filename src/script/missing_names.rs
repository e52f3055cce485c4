//! Names that nothing has made and nothing is called: found before anything runs, so that a call
//! around them, or before them on the line, neither connects nor takes what arrived.

use std::collections::HashSet;
use std::ptr;

use rhai::{AST, ASTNode, EvalAltResult, Expr, Position, Stmt};

use super::vocabulary;
use crate::script::catalog::{Type, ValueType};

/// The names that an engine knows before a statement begins.
pub(crate) trait NameLookup {
    /// Whether a variable or a constant is called so.
    fn has_variable(&self, name: &str) -> bool;
    /// The type of a variable's value, where no function can change it meanwhile.
    fn type_of(&self, name: &str) -> Option<ValueType>;
    /// Whether any function or method is called so.
    fn has_function(&self, name: &str) -> bool;
    /// Whether a call of this name can be made on a value of this type.
    fn has_method(&self, of: ValueType, name: &str) -> bool;
}

/// The first name that is missing: the statement's place among `asts`, which are evaluated in their
/// order, and the error that it would end in. An assignment to a name without a value comes first,
/// or a name in its value; then any other variable; then a function, or a method of a value whose
/// type is sure. Whatever a statement makes counts from its beginning on, in all its blocks, so that
/// nothing is found which might be right: what a `try` reads may be meant to fail. The bodies of
/// functions are not looked at.
pub(crate) fn find<'a>(
    asts: impl IntoIterator<Item = &'a AST>,
    known: &impl NameLookup,
) -> Option<(usize, EvalAltResult)> {
    let mut made = HashSet::new();
    for (at, ast) in asts.into_iter().enumerate() {
        let (mut assigned, mut read, mut makes_names) = (Vec::new(), Vec::new(), false);
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
                    Some(ASTNode::Expr(variable @ Expr::Variable(..))) if !is_left_to_run(path) => {
                        read.extend(free_variable(variable));
                    }
                    Some(node) => {
                        note_names(node, &mut made);
                        makes_names |= may_make_names(node);
                    }
                    None => {}
                }
                true
            });
        }
        if makes_names {
            return None;
        }
        let is_missing =
            |(name, _): &FreeVariable| !made.contains(name) && !known.has_variable(name);
        let missing = assigned.iter().find(|(target, _)| is_missing(target));
        if let Some((target, value)) = missing {
            let (name, position) = value.iter().find(|part| is_missing(part)).unwrap_or(target);
            let error = EvalAltResult::ErrorVariableNotFound(name.clone(), *position);
            return Some((at, error));
        }
        if let Some((name, position)) = read.iter().find(|part| is_missing(part)) {
            let error = EvalAltResult::ErrorVariableNotFound(name.clone(), *position);
            return Some((at, error));
        }
        made.extend(assigned.into_iter().map(|((name, _), _)| name));
        let calls = Calls { known, made: &made };
        let mut missing = None;
        for statement in ast.statements() {
            statement.walk(&mut Vec::new(), &mut |path| {
                missing = calls.missing(path);
                missing.is_none()
            });
            if let Some(error) = missing {
                return Some((at, error));
            }
        }
    }
    None
}

/// A variable's name, and where it is.
type FreeVariable = (String, Position);

/// What rhai itself carries out: there is no entry for it among the functions.
const OF_RHAI: &[&str] = &[
    "Fn",
    "call",
    "curry",
    "debug",
    "is_def_var",
    "is_shared",
    "print",
    "type_of",
];

/// What is known of names where a statement calls.
struct Calls<'a, K> {
    known: &'a K,
    /// The names that the statements make or change.
    made: &'a HashSet<String>,
}

impl<K: NameLookup> Calls<'_, K> {
    /// The error of the node at a path's end, where it calls what there is not.
    fn missing(&self, path: &[ASTNode<'_>]) -> Option<EvalAltResult> {
        let (node, parents) = path.split_last()?;
        match node {
            // In `a[i].b()` rhai keeps `i.b()` as what stands in the brackets.
            ASTNode::Expr(Expr::Dot(..))
                if matches!(parents.last(), Some(ASTNode::Expr(Expr::Index(..)))) =>
            {
                None
            }
            ASTNode::Stmt(Stmt::FnCall(call, position))
            | ASTNode::Expr(Expr::FnCall(call, position)) => {
                let is_plain = call.namespace.is_empty() && !call.is_operator_call();
                let is_missing = is_plain && !self.has_function(&call.name);
                is_missing.then(|| not_found(&call.name, None, *position))
            }
            ASTNode::Expr(Expr::Dot(sides, ..)) => {
                self.member(self.type_of(&sides.lhs), &sides.rhs).err()
            }
            _ => None,
        }
    }

    fn has_function(&self, name: &str) -> bool {
        OF_RHAI.contains(&name)
            || name.starts_with("anon$")
            || self.made.contains(name)
            || self.known.has_variable(name)
            || self.known.has_function(name)
    }

    /// The type of what stands after a value's dot, where it is sure; the error where that is a
    /// call that the value has not. It may be a whole chain.
    fn member(
        &self,
        of: Option<ValueType>,
        member: &Expr,
    ) -> Result<Option<ValueType>, EvalAltResult> {
        let Some(of) = of else { return Ok(None) };
        match member {
            Expr::Dot(sides, ..) => {
                let first = self.member(Some(of), &sides.lhs)?;
                self.member(first, &sides.rhs)
            }
            Expr::Index(sides, ..) => self.member(Some(of), &sides.lhs).map(|_| None),
            Expr::Property(name, _) => Ok(vocabulary::property(of, &name.2)),
            Expr::MethodCall(call, position) => {
                if !self.has_method(of, &call.name) {
                    return Err(not_found(&call.name, Some(of), *position));
                }
                let own = self.made.contains(call.name.as_str());
                let returned = vocabulary::returns(Some(of), &call.name).filter(|_| !own);
                Ok(returned.and_then(sure_type))
            }
            _ => Ok(None),
        }
    }

    fn has_method(&self, of: ValueType, name: &str) -> bool {
        match of {
            // A function in a map is called as a method; of the others nobody knows all.
            ValueType::Map | ValueType::Function | ValueType::Other | ValueType::Nothing => true,
            of => {
                // A number may come as either.
                let is_number = matches!(of, ValueType::Integer | ValueType::Float);
                let either = [ValueType::Integer, ValueType::Float];
                let types = if is_number { &either[..] } else { &[of] };
                OF_RHAI.contains(&name)
                    || self.made.contains(name)
                    || types.iter().any(|of| self.known.has_method(*of, name))
            }
        }
    }

    fn type_of(&self, value: &Expr) -> Option<ValueType> {
        match value {
            Expr::Variable(variable, ..) if variable.2.is_empty() => {
                let name = variable.1.as_str();
                let is_kept = !self.made.contains(name);
                is_kept.then(|| self.known.type_of(name)).flatten()
            }
            Expr::FnCall(call, _) if call.namespace.is_empty() => {
                let own = self.made.contains(call.name.as_str());
                let row = vocabulary::function(&call.name).filter(|_| !own)?;
                sure_type(row.returns)
            }
            Expr::StringConstant(..) | Expr::InterpolatedString(..) => Some(ValueType::Text),
            _ => None,
        }
    }
}

/// The type of a value that a call returns, where it can be no other.
fn sure_type(returned: Type) -> Option<ValueType> {
    // A Unix address is a text.
    returned.value_type().filter(|_| returned != Type::Address)
}

fn not_found(name: &str, of: Option<ValueType>, position: Position) -> EvalAltResult {
    let receiver = of.map_or("", ValueType::in_rhai);
    EvalAltResult::ErrorFunctionNotFound(format!("{name} ({receiver})"), position)
}

/// Whether a missing variable at a path's end shows only when it is read: in what a `try` tries, in
/// what `if false` never does, and where a module is imported, which has an error of its own.
fn is_left_to_run(path: &[ASTNode<'_>]) -> bool {
    path.windows(2).any(|two| match two {
        [
            ASTNode::Stmt(Stmt::TryCatch(flow, ..)),
            ASTNode::Stmt(inner),
        ] => flow.body.iter().any(|tried| ptr::eq(tried, *inner)),
        [ASTNode::Stmt(Stmt::If(flow, ..)), ASTNode::Stmt(inner)] => {
            matches!(flow.expr, Expr::BoolConstant(false, _))
                && flow.body.iter().any(|never| ptr::eq(never, *inner))
        }
        [ASTNode::Stmt(Stmt::Import(..)), _] => true,
        _ => false,
    })
}

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
        // `unpack`: the names, and its value last.
        ASTNode::Expr(Expr::Custom(custom, _)) => {
            let names = custom
                .inputs
                .split_last()
                .map_or(&[][..], |(_, names)| names);
            made.extend(names.iter().filter_map(name_of));
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

/// Whether a node is a call that makes any names, or one that asks which there are.
fn may_make_names(node: &ASTNode<'_>) -> bool {
    match node {
        ASTNode::Stmt(Stmt::FnCall(call, _)) | ASTNode::Expr(Expr::FnCall(call, _)) => {
            ["eval", "is_def_fn", "is_def_var"].contains(&call.name.as_str())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rhai::{AST, Engine, OptimizationLevel};

    use super::{NameLookup, find};
    use crate::script::builtins::syntax;
    use crate::script::catalog::ValueType;
    use crate::script::vocabulary;

    /// `known` and the socket `s0` are variables, `f` and `g` functions beside ours.
    struct Sample;

    impl NameLookup for Sample {
        fn has_variable(&self, name: &str) -> bool {
            name == "known" || self.type_of(name).is_some()
        }

        fn type_of(&self, name: &str) -> Option<ValueType> {
            (name == "s0").then_some(ValueType::Socket)
        }

        fn has_function(&self, name: &str) -> bool {
            ["f", "g"].contains(&name) || vocabulary::effects(name).next().is_some()
        }

        fn has_method(&self, of: ValueType, name: &str) -> bool {
            vocabulary::method(Some(of), name).is_some() || vocabulary::native(of, name).is_some()
        }
    }

    /// The place and the error of the first missing name.
    fn missing(pieces: &[&str]) -> Option<(usize, String)> {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::None);
        syntax::install(&mut engine);
        let compile = |piece: &&str| engine.compile(piece).expect(piece);
        let asts: Vec<AST> = pieces.iter().map(compile).collect();
        let found = find(&asts, &Sample);
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
    fn a_variable_that_nothing_made_is_found_wherever_it_is_read() {
        for piece in [
            "print(f(1), nme)",
            "nme",
            "nme.x.f(f(1))",
            "f(1)[nme]",
            "`${f(1)} ${nme}`",
            "#{a: f(1), b: [nme]}",
            "let a = f(1) + nme",
            "return f(1) ?? nme",
            "loop { let c = f(1); print(c, nme) }",
            "while f(1) { nme }",
            "for n in nme { n }",
            "switch f(1) { 1 if nme => 2, _ => 3 }",
            "switch f(1) { 1 => nme }",
            "unpack a, b = nme",
            "try { f(1) } catch (err) { print(nme) }",
            "known.filter(|x| x == nme)",
            "let g = || nme",
            "let g = || { nme = 1 }",
            "{ let a = 1; f(a, nme) }",
        ] {
            let (_, error) = missing(&[piece]).expect(piece);
            assert!(error.starts_with("Variable not found: nme "), "{error}");
        }
        assert_eq!(missing(&["let a = 1", "f(a); nme"]).expect("nme").0, 1);
    }

    #[test]
    fn variables_that_may_be_there_are_left_alone() {
        for pieces in [
            &["known.filter(|x, i| x == i && known)"][..],
            &["let g = |x| { let y = x; for z in y { z } y }; g.call(1)"],
            &["let g = |x| g.call(x - 1)"],
            &["try { f(1) } catch (err) { print(err.kind, err) }"],
            &["try { print(nme) } catch { }"],
            &["for (x, i) in known { print(x, i) }"],
            &["import \"x\" as m; m::h(m::PI)"],
            &["import nme"],
            &["switch known { 1..5 if known => known, _ => f(known) }"],
            &["fn h(x) { this.y + x + anything }", "h(1)"],
            &["if known { let a = 1; print(a) } let a = 2; a"],
            &["{ let a = 1; { let b = a; b } }"],
            &["eval(\"let a = 1\"); print(a)"],
            &["if is_def_var(\"a\") { a }"],
            &["let a = 1; let b = a; f(b)", "a + b"],
            &["unpack a, b = f(1); print(a, b)", "a"],
            &["const C = 1; C"],
            &["known.x.y[0] = 1", "do { let q = f(1); } while known"],
        ] {
            assert_eq!(missing(pieces), None, "{pieces:?}");
        }
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
            &["fn g() { s = 1 }"],
            &["eval(\"let s = 1\")", "s = 2"],
            &["eval(\"let s = 1\"); s = 2"],
        ] {
            assert_eq!(missing(pieces), None, "{pieces:?}");
        }
    }

    #[test]
    fn a_call_that_nothing_answers_is_found_wherever_it_is() {
        for (piece, name) in [
            ("prnt(s0.recv(10))", "prnt ()"),
            ("f(prnt(1))", "prnt ()"),
            ("loop { let c = f(1); prnt(c) }", "prnt ()"),
            ("s0.recv(10).decod()", "decod (blob)"),
            ("f(s0.recv(10).decod())", "decod (blob)"),
            (
                "s0.recv(10).decode().splitt(\":\")[0].trim()",
                "splitt (string)",
            ),
            ("unpack a, b = s0.acept()", "acept (socket)"),
            ("let t = s0; s0.recv(10).send()", "send (blob)"),
            ("s0.accept().fileno()", "fileno (array)"),
        ] {
            let (_, error) = missing(&[piece]).unwrap_or_else(|| panic!("{piece}"));
            assert!(error.contains(name), "{piece}: {error}");
        }
        assert_eq!(missing(&["let a = 1", "prnt(a)"]).expect("prnt").0, 1);
    }

    #[test]
    fn what_may_be_right_is_left_alone() {
        for pieces in [
            &["f(s0.recv(10).decode().len(), g(1))"][..],
            &["known.whatever().more()", "s0.family.type_of()"],
            &["let s0 = f(1); s0.whatever()", "s0.whatever()"],
            &["s0 = f(1)", "s0.whatever()"],
            &["fn h() { nobody() }", "h(); s0.h(); s0.recv(1).h()"],
            &["let h = || nobody()", "h.call(); h()"],
            &["if is_def_fn(\"h\", 0) { h() }"],
            &["eval(\"fn h() { }\"); h()"],
            &["known[s0].whatever(); known[0][s0].more().and_more()"],
            &["import \"x\" as m; m::h()"],
            &["unpack a, b = s0.accept()", "a.whatever(); -a + !b"],
        ] {
            assert_eq!(missing(pieces), None, "{pieces:?}");
        }
    }
}
