"""Constructs that front ends read differently, found in the syntax and the elaborated design of slang.

Each has been read wrongly by a tool that takes it without a word. Yosys (0.70) reads `-W'(x)` as `(-W)'(x)`. Vivado is
reported to lose the sign where a size cast extends it inside an unsigned conditional (basejump_stl, pull request 474);
as the value of an attribute it may not take an expression, which Icarus refuses. A net that is read before its
declaration is an implicit one to some tools and an error to others.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyslang import ast, driver, syntax

_COMPARISONS = ("LessThan", "LessThanEqual", "GreaterThan", "GreaterThanEqual", "Equality", "Inequality")


def faults(top: str, sources: Sequence[Path], parameters: Mapping[str, int | str] | None = None) -> list[str]:
    """What slang refuses, and constructs that other front ends may read differently: `file:line: what` each.

    top: the module that is elaborated with `parameters` (a string with a quote is a Verilog literal). Modules that no
    source has are black boxes.
    """
    slang = driver.Driver()
    slang.addStandardArgs()
    given = "".join(f" -G {name}={_literal(value)}" for name, value in (parameters or {}).items())
    names = " ".join(str(path) for path in sources)
    if not slang.parseCommandLine(f"slang --top {top} --ignore-unknown-modules{given} {names}"):
        return [f"{top}: slang does not take its parameters{given}"]
    if not (slang.processOptions() and slang.parseAllSources()):
        return [f"{top}: slang cannot read {names}"]
    compilation = slang.createCompilation()
    return [
        *_refused(slang, compilation),
        *_netless(sources),
        *(fault for tree in slang.syntaxTrees for fault in _syntax_faults(tree)),
        *_design_faults(compilation),
    ]


def _literal(value: int | str) -> str:
    if isinstance(value, str) and "'" in value:
        # Within quotes, since slang's own command line takes a single one for the beginning of a word.
        return f'"{value}"'
    return f'"\\"{value}\\""' if isinstance(value, str) else str(value)


def _refused(slang: driver.Driver, compilation: ast.Compilation) -> list[str]:
    """What slang itself says is wrong."""
    return [
        f"{_place(compilation, diagnostic.location)}: {slang.diagEngine.formatMessage(diagnostic)}"
        for diagnostic in compilation.getAllDiagnostics()
        if diagnostic.isError()
    ]


def _netless(sources: Sequence[Path]) -> list[str]:
    """Files in which a misspelt name would become a net."""
    rule = "`default_nettype none"
    return [f"{path.name}:1: no {rule}" for path in sources if rule not in path.read_text()]


def _syntax_faults(tree: syntax.SyntaxTree) -> list[str]:
    """What is wrong wherever it stands, in parts too that no parameters reach."""
    found = []

    def visit(node: object) -> None:
        text = str(node).strip() if isinstance(node, syntax.SyntaxNode) else ""
        unary = isinstance(node, syntax.PrefixUnaryExpressionSyntax)
        if unary and isinstance(node.operand, syntax.CastExpressionSyntax):
            found.append((node, f"`{text}` applies an operator to a cast: cast the result instead"))
        valued = isinstance(node, syntax.AttributeSpecSyntax) and node.value is not None
        if valued and not isinstance(node.value.expr, syntax.LiteralExpressionSyntax):
            found.append((node, f"the attribute `{text}` has a value that is no literal"))

    tree.root.visit(visit)
    manager = tree.sourceManager
    return [f"{_spot(manager, node.sourceRange.start)}: {text}" for node, text in found]


def _design_faults(compilation: ast.Compilation) -> list[str]:
    """What depends on types: signs that casts extend or that get lost, loops whose end is computed."""
    found = []

    def visit(node: object) -> ast.VisitAction | None:
        if isinstance(node, ast.GenerateBlockSymbol) and node.isUninstantiated:
            return ast.VisitAction.Skip
        for judge in (_cast_extends_sign, _sign_is_lost, _compares_signs, _loop_is_computed):
            text = judge(node)
            if text:
                found.append(f"{_place(compilation, node.sourceRange.start)}: {text}")
        return None

    compilation.getRoot().visit(visit)
    return sorted(set(found))


def _cast_extends_sign(node: object) -> str | None:
    if isinstance(node, ast.ConversionExpression) and not node.isImplicit and _widens_signed(node):
        return f"`{_text(node)}` extends a sign by a cast: replicate the sign bit instead"
    return None


def _sign_is_lost(node: object) -> str | None:
    implicit = isinstance(node, ast.ConversionExpression) and node.isImplicit
    if implicit and _widens_signed(node) and not node.type.isSigned:
        return f"`{_text(node.operand)}` is signed and widened as unsigned: replicate its sign bit, or make all signed"
    return None


def _compares_signs(node: object) -> str | None:
    if not isinstance(node, ast.BinaryExpression) or node.op.name not in _COMPARISONS:
        return None
    sides = [side.operand if isinstance(side, ast.ConversionExpression) else side for side in (node.left, node.right)]
    known = any(side.constant is not None or _constant(side) for side in sides)
    if not known and sides[0].type.isSigned != sides[1].type.isSigned:
        return f"`{_text(node)}` compares signed with unsigned"
    return None


def _loop_is_computed(node: object) -> str | None:
    if isinstance(node, ast.ForLoopStatement) and node.stopExpr is not None:
        counted = {variable.name for variable in node.loopVars}
        counted |= {part.left.symbol.name for part in node.initializers if isinstance(part, ast.AssignmentExpression)}
        if any(name not in counted for name in _variables(node.stopExpr)):
            return f"the end of the loop `{_text(node.stopExpr)}` is computed while it runs"
    return None


def _widens_signed(node: ast.ConversionExpression) -> bool:
    operand = node.operand
    wider = node.type.isIntegral and operand.type.isIntegral and node.type.bitWidth > operand.type.bitWidth
    return bool(wider and operand.type.isSigned and not _constant(operand))


def _constant(expression: ast.Expression) -> bool:
    return not any(True for _ in _variables(expression))


def _variables(expression: ast.Expression) -> Iterator[str]:
    """Names of nets and variables in an expression: without one it is a constant."""
    names: list[str] = []

    def visit(node: object) -> None:
        if isinstance(node, ast.NamedValueExpression) and not isinstance(node.symbol, ast.ParameterSymbol):
            names.append(node.symbol.name)

    expression.visit(visit)
    return iter(names)


def _text(node: ast.Expression) -> str:
    return " ".join(str(node.syntax).split()) if node.syntax is not None else "expression"


def _place(compilation: ast.Compilation, location: object) -> str:
    return _spot(compilation.sourceManager, location)


def _spot(manager: object, location: object) -> str:
    return f"{Path(str(manager.getFileName(location))).name}:{manager.getLineNumber(location)}"
