//! The short way to a native function. rhai looks for a function of the script before it takes a
//! native one, for a method twice and by the name of its receiver's type; then it looks the
//! native one up by the types of all arguments. Before a statement is evaluated, calls that cannot
//! mean a function of the script are marked so that it looks only for native ones, and a call
//! of a socket's or bytes' method on a variable becomes a [`direct`] one.

mod direct;

use std::collections::HashSet;

use rhai::{AST, Expr, FlowControl, FnCallExpr, FnCallHashes, Stmt, StmtBlock};

pub(crate) use direct::install;

/// The same code with its calls marked, but for those of a function that it or `kept` defines. The
/// bodies of functions stay as they are: what is defined later may have another meaning there.
pub(crate) fn marked(ast: &AST, kept: &AST) -> AST {
    let own = ast.iter_functions().chain(kept.iter_functions());
    let scripted = own.map(|function| function.name).collect();
    let marker = Marker { scripted };
    let mut statements = ast.statements().to_vec();
    for statement in &mut statements {
        marker.statement(statement);
    }
    AST::new(statements, ast.shared_lib().clone())
}

struct Marker<'a> {
    /// The functions of the script.
    scripted: HashSet<&'a str>,
}

impl Marker<'_> {
    /// Marks a call, and those in its arguments; whether it is one.
    fn call(&self, call: &mut FnCallExpr) -> bool {
        for argument in &mut call.args {
            self.expression(argument);
        }
        let native = call.namespace.is_empty() && !self.scripted.contains(call.name.as_str());
        if native {
            call.hashes = FnCallHashes::from_native_only(call.hashes.native());
        }
        native
    }

    fn block(&self, block: &mut StmtBlock) {
        for statement in block.statements_mut() {
            self.statement(statement);
        }
    }

    fn flow(&self, flow: &mut FlowControl) {
        self.expression(&mut flow.expr);
        self.block(&mut flow.body);
        self.block(&mut flow.branch);
    }

    fn statement(&self, statement: &mut Stmt) {
        match statement {
            Stmt::If(flow, ..)
            | Stmt::While(flow, ..)
            | Stmt::Do(flow, ..)
            | Stmt::TryCatch(flow, ..) => self.flow(flow),
            Stmt::For(parts, ..) => self.flow(&mut parts.2),
            Stmt::Switch(parts, ..) => {
                self.expression(&mut parts.0);
                for case in &mut parts.1.expressions {
                    self.expression(&mut case.lhs);
                    self.expression(&mut case.rhs);
                }
            }
            Stmt::Var(parts, ..) => self.expression(&mut parts.1),
            Stmt::Assignment(parts) => {
                self.expression(&mut parts.1.lhs);
                self.expression(&mut parts.1.rhs);
            }
            Stmt::FnCall(call, ..) => {
                self.call(call);
            }
            Stmt::Block(block) => self.block(block),
            Stmt::Expr(expression)
            | Stmt::BreakLoop(Some(expression), ..)
            | Stmt::Return(Some(expression), ..) => self.expression(expression),
            _ => {}
        }
    }

    fn expression(&self, expression: &mut Expr) {
        if self.link(expression) {
            direct::replace(expression);
        }
    }

    /// Marks what is in an expression that may be a part of a chain, `a[b].c(d)`, which keeps its
    /// shape; whether it is a call of a native function.
    fn link(&self, expression: &mut Expr) -> bool {
        match expression {
            Expr::FnCall(call, _) | Expr::MethodCall(call, _) => return self.call(call),
            Expr::Dot(sides, ..) => {
                self.expression(&mut sides.lhs);
                return self.link(&mut sides.rhs);
            }
            Expr::Index(sides, ..) => {
                self.expression(&mut sides.lhs);
                self.link(&mut sides.rhs);
            }
            other => self.parts(other),
        }
        false
    }

    fn parts(&self, expression: &mut Expr) {
        match expression {
            Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
                parts.iter_mut().for_each(|part| self.expression(part));
            }
            Expr::Array(parts, _) | Expr::InterpolatedString(parts, _) => {
                parts.iter_mut().for_each(|part| self.expression(part));
            }
            Expr::Map(parts, _) => {
                for (_, part) in &mut parts.0 {
                    self.expression(part);
                }
            }
            Expr::Custom(custom, _) => {
                let inputs = &mut custom.inputs;
                inputs.iter_mut().for_each(|part| self.expression(part));
            }
            Expr::Stmt(block) => self.block(block),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
