import type { TextLimits } from "@loong/sdk";

/**
 * Cuts markdown into pieces that each fit one message: between paragraphs where it can, between lines where it must,
 * inside a line only when the line alone is too long. A code fence that is cut is closed and opened again.
 *
 * @param markdown - Any length. White space alone gives no pieces.
 * @returns Pieces in reading order, none empty, none longer than `limits.maxLength`.
 */
export function splitMarkdown(markdown: string, limits: TextLimits): readonly string[] {
  if (markdown.trim() === "") return [];
  if (sizeOf(markdown, limits) <= limits.maxLength) return [markdown];
  const pieces = createPieces(limits);
  for (const line of markdown.split("\n")) pieces.add(line);
  return pieces.end();
}

interface Fence {
  readonly opener: string;
  readonly closer: string;
}

interface Pieces {
  add(line: string): void;
  end(): readonly string[];
}

function createPieces(limits: TextLimits): Pieces {
  const done: string[] = [];
  let lines: string[] = [];
  let size = 0;
  /** How many of `lines` end in a blank line outside a fence: the best place to cut. */
  let paragraphEnd = 0;
  let fence: Fence | undefined;

  const costOf = (line: string) => sizeOf(line, limits) + 1;
  /** `open` is the fence that would have to be closed behind it. */
  const roomFor = (line: string, open: Fence | undefined) =>
    size + costOf(line) + (open === undefined ? 0 : costOf(open.closer)) <= limits.maxLength;

  /** More than the fence that was opened again. */
  const hasContent = () => lines.length > (fence === undefined ? 0 : 1);

  function push(line: string): void {
    lines.push(line);
    size += costOf(line);
    if (fence === undefined && line.trim() === "") paragraphEnd = lines.length;
  }

  function flush(): void {
    const cut = fence === undefined && paragraphEnd > lines.length / 2 ? paragraphEnd : lines.length;
    const rest = lines.slice(cut);
    emit(fence === undefined ? lines.slice(0, cut) : [...lines, fence.closer]);
    lines = [];
    size = 0;
    paragraphEnd = 0;
    if (fence !== undefined) push(fence.opener);
    for (const line of rest) push(line);
  }

  function emit(piece: readonly string[]): void {
    const text = piece.join("\n").replace(/^\n+/, "").trimEnd();
    if (text !== "") done.push(text);
  }

  return {
    add(line) {
      const overhead = fence === undefined ? 0 : costOf(fence.opener) + costOf(fence.closer);
      if (costOf(line) + overhead > limits.maxLength) {
        while (hasContent()) flush();
        const parts = splitLine(line, { ...limits, maxLength: limits.maxLength - overhead - 1 });
        const last = parts.pop() ?? "";
        for (const part of parts) {
          push(part);
          flush();
        }
        push(last);
        return;
      }
      const open = nextFence(line, fence, limits);
      while (!roomFor(line, open) && hasContent()) flush();
      push(line);
      fence = open;
    },
    end() {
      emit(lines);
      return done;
    },
  };
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** A fence that would fill half of every piece is taken for words. */
function nextFence(line: string, open: Fence | undefined, limits: TextLimits): Fence | undefined {
  const match = FENCE.exec(line);
  if (match === null) return open;
  const [mark, marks = ""] = match;
  if (open === undefined) {
    return sizeOf(line + marks, limits) <= limits.maxLength / 2 - 2 ? { opener: line, closer: marks } : undefined;
  }
  const closes =
    marks[0] === open.closer[0] && marks.length >= open.closer.length && line.slice(mark.length).trim() === "";
  return closes ? undefined : open;
}

/** Cuts one line after a sentence or at white space, else between characters, never inside one. */
function splitLine(line: string, limits: TextLimits): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (sizeOf(rest, limits) > limits.maxLength) {
    const end = endThatFits(rest, limits);
    const soft = Math.max(
      rest.lastIndexOf(" ", end - 1) + 1,
      rest.lastIndexOf("。", end - 1) + 1,
      rest.lastIndexOf("，", end - 1) + 1,
    );
    const cut = soft > end / 2 ? soft : end;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  pieces.push(rest);
  return pieces;
}

function endThatFits(text: string, limits: TextLimits): number {
  let end = 0;
  let size = 0;
  for (const character of text) {
    size += sizeOf(character, limits);
    if (size > limits.maxLength && end > 0) break;
    end += character.length;
  }
  return end;
}

function sizeOf(text: string, { unit }: TextLimits): number {
  return unit === "utf8-bytes" ? Buffer.byteLength(text) : text.length;
}
