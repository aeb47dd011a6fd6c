#!/usr/bin/env python3
"""Finds prose that breaks the house style: prose.py [--comments] [PATH...]

Each problem is one line, FILE:LINE: PROBLEM. The exit code is 1 if there is one.
docs/contributing.md has the style. This finds the part of it that a machine can find:

  Markdown         sentences over 25 words, banned words, links to files and headings that don't exist
  Java, src/main   banned words and long sentences in strings (the help texts are strings), banned words in
                   comments, the first word of each Javadoc comment
  shell, make      banned words in comments
  --comments       long sentences in comments too

A folder stands for the files in it, without src/test and target. Code in a text counts as one word.
"""
import os
import re
import sys

MOST_WORDS = 25

# A pattern, and what to write instead.
BANNED = {
    r"(some|any|no|every)body": "name the person, program or address",
    r"(some|any|every)one(?! of)": "name the person, program or address",
    r"who(m|so)?ever|whom": "name the source, the user, the program",
    r"whatever": "name the thing",
    r"who of": "which of the sources",
    r"(told|tell|tells|telling) (\w+ )?apart": "distinguish",
    r"(go|goes|going|went|gone) by (the |its |their )?answers?": "use evidence",
    r"by what (was|is) answered": "by the port states",
    r"(put|puts|putting) (\w+ )?up(?! to)": "install, set up",
    r"by hand": "manually",
    r"accus(e|es|ed|ing|ations?)": "flag, report",
    r"anew": "again",
    r"(give|gives|given|gave|giving) way": "is evicted",
    r"to be had": "available",
    r"mend(s|ed|ing)?": "repair, fix",
    r"rehears(al|als|e|es|ed|ing)": "warm up, try out",
    r"forge(d|s|r|ry)?": "spoofed",
    r"else (?=a |an |the |it |they |there |what |each )": "otherwise",
}
BANNED_PATTERN = re.compile(r"\b(?:%s)\b" % "|".join(f"({p})" for p in (re.sub(r"\((?!\?)", "(?:", q) for q in BANNED)), re.I)

# A clause with one of these as its subject, or a pronoun without a noun, is no contract.
BAD_STARTS = frozenset("""what whether who whom whose how when where why which those that these of as so it one else there here
    if for to from by in with""".split())
ABBREVIATIONS = re.compile(r"\b(e\.g|i\.e|etc|cf|vs|No|Fig|Sec)\.(?=\s)")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')*_\]]*\s+")
TYPE = re.compile(r"(?:^|\s)(?:class|interface|enum|record|@interface)\s+\w")
CODE = "code"


class Text:
    """Some prose, and the line in which each of its characters stands."""

    def __init__(self):
        self.chars = []
        self.lines = []

    def add(self, text, line):
        for char in text:
            self.chars.append(char)
            self.lines.append(line)
            line += char == "\n"
        return self

    def __str__(self):
        return "".join(self.chars)

    def line(self, position):
        return self.lines[position] if position < len(self.lines) else 0


def sentences(text):
    """Yields the sentences of one paragraph, each with the position of its first character.

    >>> [s for _, s in sentences("One, e.g. this. Two? 3 is it.")]
    ['One, e.g. this.', 'Two?', '3 is it.']
    """
    masked = ABBREVIATIONS.sub(lambda m: m.group().replace(".", "_"), text)
    start = 0
    for end in [m.span() for m in SENTENCE_END.finditer(masked)] + [(len(text), len(text))]:
        sentence = text[start:end[0]]
        if sentence.strip():
            yield start + len(sentence) - len(sentence.lstrip()), sentence.strip()
        start = end[1]


def words(sentence):
    """Counts the words of a sentence.

    >>> words("More than 3 ports - of a host.")
    7
    """
    return sum(1 for word in sentence.split() if re.search(r"\w|%", word))


def long_sentences(text):
    """Yields the line and the problem of each sentence that is too long. A blank line ends a sentence too."""
    whole = str(text)
    at = 0
    for paragraph in re.split(r"(\n[ \t]*\n)", whole):
        for start, sentence in sentences(paragraph):
            count = words(sentence)
            if count > MOST_WORDS:
                begin = " ".join(sentence.split()[:6])
                yield text.line(at + start), f"a sentence of {count} words: {begin} …"
        at += len(paragraph)


def banned_words(text):
    """Yields the line and the problem of each banned word."""
    for found in BANNED_PATTERN.finditer(re.sub(r"\s", " ", str(text))):
        advice = list(BANNED.values())[found.lastindex - 1]
        yield text.line(found.start()), f'"{found.group()}": {advice}'


def markdown(source, comments):
    """Yields the problems of a Markdown document."""
    text = Text()
    fence = None
    for number, line in enumerate(source.split("\n"), 1):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if fence or mark:
            fence = None if fence and mark and mark.group(1).startswith(fence) else fence or mark.group(1)
            text.add("\n\n", number)
        elif line.startswith("    ") and text.chars[-2:] == ["\n", "\n"]:
            text.add("\n\n", number)
        elif line.lstrip().startswith("|"):
            for cell in re.split(r"(?<!\\)\|", line):
                text.add("\n\n" + plain(cell) + "\n\n", number - 2)
        elif re.match(r"\s*([-*+]|\d+\.)\s|#|>|<", line):
            text.add("\n\n", number - 2)
            text.add(plain(re.sub(r"^\s*([-*+]|\d+\.|#+|>)\s", "", line)) + "\n" * (2 if line.startswith("#") else 1), number)
        else:
            text.add(plain(line) + "\n", number)
    yield from long_sentences(text)
    yield from banned_words(text)


def broken_links(path, source):
    """Yields the line and the problem of each link to a file or heading of the project that doesn't exist."""
    for number, line in enumerate(source.split("\n"), 1):
        for target in re.findall(r"\]\(([^)\s]+)\)", line):
            file, _, heading = target.partition("#")
            where = os.path.join(os.path.dirname(path), file) if file else path
            if re.match(r"\w+:", target):
                continue
            if not os.path.exists(where):
                yield number, f"a link to {file}, which doesn't exist"
            elif heading and heading not in headings(where):
                yield number, f"a link to #{heading}, which {where} doesn't have"


def headings(path):
    """Returns the headings of a Markdown document as links name them."""
    with open(path, encoding="utf-8") as stream:
        return {slug(line) for line in stream if line.startswith("#")}


def slug(heading):
    """Returns a heading as links name it.

    >>> slug("## Evidence: `--unanswered 2`")
    'evidence---unanswered-2'
    """
    return re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")


def plain(line):
    """Returns a line of Markdown with code and links as single words, and no emphasis."""
    line = re.sub(r"(`+).+?\1", CODE, line)
    line = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", line)
    return re.sub(r"\*\*|(?<!\w)[*_](?=\w)|(?<=[\w.])[*_](?!\w)", "", line)


def java(source, comments):
    """Yields the problems of a Java source."""
    strings = []
    end_of_last = None
    in_array = False
    for token in re.finditer(r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/', source, re.S):
        raw, line = token.group(), source.count("\n", 0, token.start()) + 1
        if raw.startswith('"'):
            between = source[end_of_last:token.start()] if end_of_last is not None else ";"
            value = re.sub(r"%n|\\n", "\n", raw.strip('"')).replace('\\"', '"')
            value = re.sub(r"@\|\w+ (.*?)\|@", r"\1", value)
            in_array = in_array and between.strip() == "," or source[:token.start()].rstrip().endswith("{")
            if strings and joined(between, in_array):
                gap = "" if between.strip() == "+" else f" {CODE} " if not in_array else "\n\n" if re.match(r"  | ?\d+:", value) else " "
                strings[-1].add(gap, line).add(value, line)
            else:
                strings.append(Text().add(value, line))
            end_of_last = token.end()
        elif raw.startswith("/"):
            yield from comment(source, token, raw, line, comments)
    for text in strings:
        # A single word is a name or a key, which is published.
        if " " in str(text).strip():
            yield from long_sentences(text)
            yield from banned_words(text)


def joined(between, in_array=False):
    """Tells if two strings are one text: added up with expressions between them at most, or neighbours in an array.

    >>> joined(' + '), joined(' + name(x, y) + '), joined(', ', True), joined(', '), joined('); log(')
    (True, True, True, False, False)
    """
    between = between.strip()
    if in_array and between == ",":
        return True
    level = re.sub(r"\([^()]*\)", "", between)
    return between == "+" or between[:1] == between[-1:] == "+" and not re.search(r"[;{}=(),]", level)


def comment(source, token, raw, line, long_too):
    """Yields the problems of one Java comment."""
    text = Text()
    if raw.startswith("//"):
        before = source[:token.start()]
        previous = before[before.rfind("\n", 0, before.rfind("\n")) + 1:before.rfind("\n")] if "\n" in before else ""
        if previous.strip().startswith("//") and not before[before.rfind("\n") + 1:].strip():
            return  # A later line of a comment that began above.
        rest = source[token.start():].split("\n")
        body = [rest[0]]
        while not before[before.rfind("\n") + 1:].strip() and len(body) < len(rest) and rest[len(body)].strip().startswith("//"):
            body.append(rest[len(body)])
        text.add("\n".join(re.sub(r"^\s*//+ ?", "", part) for part in body), line)
    else:
        body = re.sub(r"^/\*+|\*/$", "", raw)
        body = "\n".join(re.sub(r"^\s*\* ?", "", part) for part in body.split("\n"))
        body = re.sub(r"<pre>.*?</pre>|\{@code\s*\n.*?\n\s*\}", lambda m: "\n" * m.group().count("\n"), body, flags=re.S)
        body = re.sub(r"\{@(\w+)\s+([^}]*)\}", lambda m: m.group(2).split()[-1] + "\n" * m.group().count("\n"), body)
        body = re.sub(r"</?(p|li|ul|ol|h\d|table|tr|td|th|br)[^>]*>|^\s*@\w+( \w+)?", lambda m: "\a" if m.group()[0] == "<" else "\a", body, flags=re.M)
        for part in re.split(r"(\a)", re.sub(r"</?\w+>", "", body)):
            text.add("\n\n" if part == "\a" else part, line - 2 if part == "\a" else line)
            line += part.count("\n") if part != "\a" else 0
        if raw.startswith("/**") and not re.match(r"/\*\*[\s*]*(@|\{@inheritDoc)", raw):
            yield from first_word(source[token.end():], str(text), text.line(len(str(text)) - len(str(text).lstrip())))
    yield from banned_words(text)
    if long_too:
        yield from long_sentences(text)


def first_word(after, text, line):
    """Yields a problem if a Javadoc comment starts with no verb or noun phrase: of types a noun, of methods a verb."""
    found = re.match(r"\s*\W*([\w']+)", text)
    if not found:
        return
    word = found.group(1)
    declaration = declared(after)
    if word.lower() in BAD_STARTS:
        yield line, f'Javadoc starts with "{word}": start with a verb ("Returns", "Records"), of a type with a noun ("A", "The")'
    elif declaration == "type" and re.search(r"[^s]s$", word):
        yield line, f'Javadoc of a type starts with "{word}": name what an instance is ("A", "The")'
    elif declaration == "method" and not word.endswith("s"):
        yield line, f'Javadoc of a method starts with "{word}": start with a verb in the third person ("Returns", "Records")'


def declared(after):
    """Returns what the source after a comment declares: a type, a method or something else.

    >>> [declared(s) for s in ("@A(x = 1) final class B {", "int b(int c);", "FOO(1),", "static final int A = b();", "package a;")]
    ['type', 'method', 'other', 'other', 'other']
    """
    rest = after[:2000]
    while True:
        annotation = re.match(r"\s*@(?!interface)[\w.]+", rest)
        if not annotation:
            break
        rest = rest[annotation.end():]
        if rest.startswith("("):
            depth = 0
            for position, char in enumerate(rest):
                depth += (char == "(") - (char == ")")
                if depth == 0:
                    rest = rest[position + 1:]
                    break
    head = re.split(r"[({=;]", rest, maxsplit=1)[0]
    if TYPE.search(" " + head):
        return "type"
    if rest[len(head):len(head) + 1] == "(" and not re.fullmatch(r"\s*[A-Z0-9_]+\s*", head):
        return "method"
    return "other"


def script(source, comments):
    """Yields the problems in the comments of a shell script, a makefile or the like."""
    text = Text()
    for number, line in enumerate(source.split("\n"), 1):
        found = re.match(r"\s*#(?!!)\s?(.*)|.*?\s##\s(.*)", line)
        text.add((found.group(1) or found.group(2) or "") + "\n" if found else "\n\n", number)
    yield from banned_words(text)
    if comments:
        yield from long_sentences(text)


def reader(path):
    """Returns the function that reads a file of this name, or None."""
    name = os.path.basename(path)
    if name.endswith(".md"):
        return markdown
    if name.endswith(".java"):
        return java
    if name.endswith(".sh") or name in ("Makefile", "Dockerfile", "tcptracker"):
        return script
    return None


def files(path):
    """Yields a file, or the files of a folder."""
    if not os.path.isdir(path):
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "target" and not folder.endswith("src") or f == "main")
        for name in sorted(names):
            if reader(name):
                yield os.path.join(folder, name)


def problems(path, comments=False):
    """Returns the problems of one file: pairs of line and text, in the order of the lines."""
    with open(path, encoding="utf-8") as stream:
        source = stream.read()
    found = set(reader(path)(source, comments))
    if path.endswith(".md"):
        found |= set(broken_links(path, source))
    return sorted(found)


def main(arguments):
    """Prints the problems of the files named, and returns the exit code."""
    comments = "--comments" in arguments
    paths = [a for a in arguments if a != "--comments"]
    if not paths or any(p.startswith("-") for p in paths):
        print(__doc__, file=sys.stderr)
        return 2
    count = 0
    for path in (f for p in paths for f in files(p)):
        for line, problem in problems(path, comments):
            print(f"{path}:{line}: {problem}")
            count += 1
    if count:
        print(f"prose: {count} problem{'s'[:count != 1]}; the style is in docs/contributing.md", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
