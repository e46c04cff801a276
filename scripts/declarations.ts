import { join } from "node:path";
import { type Node, type SourceFile, type Statement, SyntaxKind } from "typescript/unstable/ast";
import {
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isTypeAliasDeclaration,
  isVariableStatement,
} from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";
import { root } from "./workspace.ts";

/** One exported name, as its author wrote it. */
export interface Declaration {
  readonly name: string;
  /** The docblock without its frame; `""` when there is none. */
  readonly doc: string;
  /** The declaration without `export` and without the bodies of functions. Docblocks of members stay. */
  readonly signature: string;
}

const LEADING_TRIVIA = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*/;

/**
 * What each module of a package exports, read by the compiler's own parser.
 *
 * @param directory - Of the package, relative to the root of the repository.
 * @param modules - Names of files in its `src`, without `.ts`.
 * @throws Error when there is no such module.
 */
export function declarationsOf(
  directory: string,
  modules: readonly string[],
): ReadonlyMap<string, readonly Declaration[]> {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(root, directory, "tsconfig.json")] }).getProjects();
    return new Map(
      modules.map((module) => {
        const file = project?.program.getSourceFile(join(root, directory, "src", `${module}.ts`));
        if (file === undefined) throw new Error(`${directory} has no module ${module}`);
        return [module, file.statements.filter(isExported).flatMap((statement) => declarations(statement, file))];
      }),
    );
  } finally {
    api.close();
  }
}

function isExported(statement: Statement): boolean {
  const { modifiers = [] } = statement as { readonly modifiers?: Iterable<Node> };
  return [...modifiers].some(({ kind }) => kind === SyntaxKind.ExportKeyword);
}

function declarations(statement: Statement, { text }: SourceFile): readonly Declaration[] {
  const whole = text.slice(statement.pos, statement.end);
  const [trivia = ""] = LEADING_TRIVIA.exec(whole) ?? [];
  const signature = withoutBodies(statement, text)
    .slice(trivia.length)
    .replace(/^export /, "");
  return namesOf(statement).map((name) => ({ name, doc: docIn(trivia), signature }));
}

function namesOf(statement: Statement): readonly string[] {
  if (isVariableStatement(statement)) {
    return [...statement.declarationList.declarations].map(({ name }) => (name as { readonly text: string }).text);
  }
  const isNamed =
    isFunctionDeclaration(statement) ||
    isClassDeclaration(statement) ||
    isInterfaceDeclaration(statement) ||
    isTypeAliasDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

/** The text of a statement with `;` where a function's body was. */
function withoutBodies(statement: Statement, text: string): string {
  const bodies = bodiesOf(statement).toSorted((a, b) => a.pos - b.pos);
  const starts = [statement.pos, ...bodies.map(({ end }) => end)];
  const ends = [...bodies.map(({ pos }) => pos), statement.end];
  return starts.map((start, index) => text.slice(start, ends[index])).join(";");
}

function bodiesOf(statement: Statement): readonly Node[] {
  const owners = isClassDeclaration(statement) ? [...statement.members] : [statement];
  return owners.flatMap((owner) => {
    const hasBody = isFunctionDeclaration(owner) || isMethodDeclaration(owner) || isConstructorDeclaration(owner);
    return hasBody && owner.body !== undefined ? [owner.body] : [];
  });
}

/** The last docblock before a declaration. */
function docIn(trivia: string): string {
  const [, block = ""] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(trivia) ?? [];
  return block
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}
