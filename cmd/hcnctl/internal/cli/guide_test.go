package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/test/golden"
)

// TestGuides runs every console block of the pages and compares the output. A comment "fresh node" starts an empty
// node; a block whose fence has a file's name becomes that file.
func TestGuides(t *testing.T) {
	for _, page := range []string{"operators-guide.md", "migration.md"} {
		t.Run(page, func(t *testing.T) {
			path := filepath.Join(moduleRoot, "docs", page)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			g := &guide{t: t}
			got := g.play(string(text))
			if g.commands == 0 {
				t.Fatal("the page has no commands")
			}
			golden.Compare(t, path, got)
		})
	}
}

type guide struct {
	t        *testing.T
	node     *transcript
	commands int
}

const freshNode = "<!-- fresh node -->\n"

var block = regexp.MustCompile("(?ms)^(```(\\w+) ?([^\n]*)\n)(.*?)(^```\n)")

// play returns the guide with the current output of its commands.
func (g *guide) play(text string) string {
	var played strings.Builder
	for {
		at := block.FindStringSubmatchIndex(text)
		if at == nil {
			return played.String() + text
		}
		before, fence, language, file, body, end := text[:at[0]], text[at[2]:at[3]], text[at[4]:at[5]], text[at[6]:at[7]], text[at[8]:at[9]], text[at[10]:at[11]]
		if strings.Contains(before, freshNode) {
			g.node = newTranscript(g.t, "")
		}
		switch {
		case language == "console":
			body = g.console(body)
		case language == "powershell":
			g.powershell(body)
		case file != "":
			if err := os.WriteFile(filepath.Join(g.node.root, file), []byte(body), 0o644); err != nil {
				g.t.Fatal(err)
			}
		}
		played.WriteString(before + fence + body + end)
		text = text[at[1]:]
	}
}

// console runs the commands of a block; the text between them is their output.
func (g *guide) console(body string) string {
	var played strings.Builder
	for line := range strings.Lines(body) {
		command, isCommand := strings.CutPrefix(strings.TrimRight(line, "\n"), "$ ")
		if isCommand {
			g.commands++
			played.WriteString(line + g.node.run(command))
		}
	}
	return played.String()
}

var inPowerShell = regexp.MustCompile(`hcnctl\.exe ([a-z][^;|\n]*)`)

// powershell checks that the commands in a block, which cannot run here, have the flags that they use.
func (g *guide) powershell(body string) {
	for _, found := range inPowerShell.FindAllStringSubmatch(body, -1) {
		g.checkFlags(found[1])
	}
}

func (g *guide) checkFlags(line string) {
	g.t.Helper()
	root := (&app{Env: g.env()}).root()
	cmd, rest, err := root.Find(strings.Fields(line))
	if err == nil {
		err = cmd.ParseFlags(rest)
	}
	if err != nil || cmd == root {
		g.t.Errorf("the guide has the command %q: %v", line, err)
	}
}

func (g *guide) env() Env { return Env{Getenv: func(string) string { return "" }} }

var inProse = regexp.MustCompile("`hcnctl ([a-z][^`]*)`")

// TestDocumentsNameCommandsThatExist checks every `hcnctl …` in the prose of all documents.
func TestDocumentsNameCommandsThatExist(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(moduleRoot, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	files = append(files, filepath.Join(moduleRoot, "README.md"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range inProse.FindAllStringSubmatch(string(text), -1) {
			line, _, _ := strings.Cut(found[1], " > ")
			root := (&app{Env: (&guide{}).env()}).root()
			root.InitDefaultCompletionCmd()
			cmd, rest, err := root.Find(strings.Fields(line))
			if err != nil || cmd == root || !flagsExist(cmd, rest) {
				t.Errorf("%s names the command %q, which hcnctl does not have: %v", filepath.Base(file), found[0], err)
			}
		}
	}
}

// flagsExist reports whether the command has the flags; prose omits their values.
func flagsExist(cmd *cobra.Command, words []string) bool {
	for _, w := range words {
		name, long := strings.CutPrefix(w, "--")
		name, _, _ = strings.Cut(name, "=")
		if long && cmd.Flag(name) == nil {
			return false
		}
	}
	return true
}
