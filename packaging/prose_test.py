#!/usr/bin/env python3
"""Tests prose.py: each text, and the problems that must be found in it."""
import doctest
import unittest

import prose

LONG = " ".join(["word"] * 26)


def found(reader, source, comments=False):
    return [f"{line}: {problem.split(':')[0]}" for line, problem in sorted(set(reader(source, comments)))]


class ProseTest(unittest.TestCase):
    def test_markdown_counts_words_by_sentence(self):
        self.assertEqual(["3: a sentence of 26 words"], found(prose.markdown, f"# Title\n\n{LONG}. Short.\n"))
        self.assertEqual([], found(prose.markdown, LONG[:-5] + ".\n" + LONG[:-5] + ".\n"))

    def test_markdown_sentences_go_on_over_lines(self):
        self.assertEqual(["2: a sentence of 26 words"], found(prose.markdown, "One.\n" + LONG.replace(" ", "\n")))

    def test_markdown_items_cells_and_headings_end_a_sentence(self):
        half = LONG[:100]
        self.assertEqual([], found(prose.markdown, f"# {half}\n{half}:\n- {half}\n- {half}\n\n| {half} | {half} |\n"))

    def test_markdown_code_is_one_word_and_never_banned(self):
        self.assertEqual([], found(prose.markdown, f"`{LONG} nobody`.\n\n```\n{LONG} nobody\n```\n\n    nobody {LONG}\n"))

    def test_markdown_finds_banned_words(self):
        self.assertEqual(['2: "By hand"', '2: "whoever"'], found(prose.markdown, "One.\nBy hand, whoever it is.\n"))

    def test_markdown_links_lead_somewhere(self):
        here = __file__
        links = "[a](prose.py) [b](https://x) [c](#x)\n[d](none.md)"
        self.assertEqual(
            [(1, f"a link to #x, which {here} doesn't have"), (2, "a link to none.md, which doesn't exist")],
            list(prose.broken_links(here, links)),
        )

    def test_java_joins_strings_of_a_text(self):
        half = LONG[:65]
        self.assertEqual(["1: a sentence of 26 words"], found(prose.java, f'@Option(description = {{"{half}",\n"{half}"}})'))
        self.assertEqual(["1: a sentence of 27 words"], found(prose.java, f'x = "{half} " + name(a, b) +\n" {half}";'))
        self.assertEqual([], found(prose.java, f'log("{half}", "{half}"); log("{half}");'))

    def test_java_spares_single_words_in_strings(self):
        self.assertEqual(['1: "nobody"'], found(prose.java, 'a = "nobody"; b = "nobody is here";'))

    def test_java_first_words(self):
        self.assertEqual(
            ['1: Javadoc starts with "What"', '3: Javadoc of a type starts with "Decodes"', '5: Javadoc of a method starts with "The"'],
            found(prose.java, "/** What it is. */\nint a;\n/** Decodes. */\n@A(1) record B() {}\n/** The c. */\nint c();\n"),
        )
        good = "/** A b. */\n@A(1) record B() {}\n/** Returns c. */\nint c();\n/** The d. */\nint d = c();\n/** The e. */\nE(1),\n"
        self.assertEqual([], found(prose.java, good + "/** {@inheritDoc} */ int f();\n/** @return g */ int g();\n"))

    def test_java_comments(self):
        source = f"// One, and\n// nobody\nint a; /* {LONG}. */\n/**\n * Returns.\n *\n * <p>{LONG}.\n */\nint b();\n"
        self.assertEqual(['2: "nobody"'], found(prose.java, source))
        self.assertEqual(
            ['2: "nobody"', "3: a sentence of 26 words", "7: a sentence of 26 words"], found(prose.java, source, comments=True)
        )

    def test_java_comment_code_is_one_word(self):
        self.assertEqual([], found(prose.java, "/** Returns {@code %s} and {@link #a b}. */\nint a();" % LONG, comments=True))

    def test_script_reads_comments_alone(self):
        self.assertEqual(['2: "nobody"'], found(prose.script, "#!/bin/nobody\n# nobody\nnobody=1\n"))


def load_tests(loader, tests, ignore):
    tests.addTests(doctest.DocTestSuite(prose))
    return tests


if __name__ == "__main__":
    unittest.main()
