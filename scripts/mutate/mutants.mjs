// The small changes that tests must notice, found in the syntax tree of a source file. Types are never touched.
import ts from 'typescript';

const { SyntaxKind: Kind } = ts;

/** What each operator becomes: its opposite, and its neighbour at the boundary. */
const OPERATORS = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '+=': ['-='],
  '-=': ['+='],
};
const STEPS = { '++': '--', '--': '++' };
const OUTCOMES = { true: 'false', false: 'undetermined', undetermined: 'true' };
/** Statements that may go away: what follows then runs, or what they did is not done. */
const REMOVABLE = new Set([
  Kind.ReturnStatement,
  Kind.ThrowStatement,
  Kind.ContinueStatement,
  Kind.BreakStatement,
  Kind.ExpressionStatement,
]);

/** Every mutant of a source text: `{ start, end, text, line, change }`, in the order of the text. */
export function mutantsOf(path, source) {
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const add = (node, text) => {
    const start = node.getStart(tree);
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    const was = source.slice(start, node.end).replace(/\s+/g, ' ');
    mutants.push({
      path,
      start,
      end: node.end,
      text,
      line,
      change: `${shorten(was)} → ${shorten(text) || 'nothing'}`,
    });
  };
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    for (const mutate of MUTATIONS) mutate(node, add, tree);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return mutants.sort((one, other) => one.start - other.start);
}

/** The source with a mutant in it, whose loops count their steps: without an end they would stop everything. */
export function applyMutant(source, { path, start, end, text }) {
  return countSteps(path, source.slice(0, start) + text + source.slice(end));
}

function countSteps(path, source) {
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const insertions = [];
  const visit = (node) => {
    if (ts.isIterationStatement(node, false)) {
      insertions.push({ at: node.statement.getStart(tree), text: '{ countStep(); ' });
      insertions.push({ at: node.statement.end, text: ' }' });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  // Those that stand later first, so that no place moves.
  return insertions
    .sort((one, other) => other.at - one.at)
    .reduce((made, { at, text }) => made.slice(0, at) + text + made.slice(at), source);
}

const MUTATIONS = [
  function operators(node, add) {
    if (!ts.isBinaryExpression(node)) return;
    const operator = node.operatorToken.getText();
    if (operator === '+' && [node.left, node.right].some(isText)) return;
    for (const other of OPERATORS[operator] ?? []) add(node.operatorToken, other);
  },
  function steps(node, add) {
    if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return;
    const text = node.getText();
    for (const [step, other] of Object.entries(STEPS)) {
      if (text.startsWith(step) || text.endsWith(step)) add(node, text.replace(step, other));
    }
  },
  function negations(node, add) {
    if (ts.isPrefixUnaryExpression(node) && node.operator === Kind.ExclamationToken)
      add(node, node.operand.getText());
    const condition = ts.isConditionalExpression(node)
      ? node.condition
      : ts.isIfStatement(node) || ts.isWhileStatement(node)
        ? node.expression
        : undefined;
    // The negation of a comparison, or of a negation, is a mutant already.
    if (condition === undefined || ts.isPrefixUnaryExpression(condition)) return;
    if (ts.isBinaryExpression(condition) && condition.operatorToken.getText() in OPERATORS) return;
    add(condition, `!(${condition.getText()})`);
  },
  function statements(node, add, tree) {
    if (!REMOVABLE.has(node.kind)) return;
    if (ts.isReturnStatement(node) && isLast(node, tree)) return;
    add(node, ';');
  },
  function constants(node, add) {
    if (ts.isNumericLiteral(node))
      add(node, node.text === '0' ? '1' : node.text === '1' ? '0' : `(${node.getText()} + 1)`);
    if (node.kind === Kind.TrueKeyword) add(node, 'false');
    if (node.kind === Kind.FalseKeyword) add(node, 'true');
  },
  function outcomes(node, add) {
    if (ts.isStringLiteral(node) && Object.hasOwn(OUTCOMES, node.text)) add(node, `'${OUTCOMES[node.text]}'`);
  },
];

function isText(node) {
  return (
    ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)
  );
}

/** The last statement of a function is no early return: without it there is no result at all. */
function isLast(node) {
  const { parent } = node;
  return ts.isBlock(parent) && parent.statements.at(-1) === node && ts.isFunctionLike(parent.parent);
}

function shorten(text) {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
