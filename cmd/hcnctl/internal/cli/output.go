package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"sigs.k8s.io/yaml"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/printable"
)

func (a *app) checkFormat() error {
	switch a.format {
	case "table", "json", "yaml":
		return nil
	}
	return fmt.Errorf("--output %q: want table, json or yaml", a.format)
}

// table is rows for people; the first one is the heading.
type table [][]string

// show prints the document for scripts or the table for people, as --output selects.
func (a *app) show(document any, t table) error {
	if a.format == "table" {
		return t.print(a.Stdout)
	}
	return a.document(document)
}

// document prints a JSON document, or YAML if --output selects it.
func (a *app) document(document any) error {
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if a.format == "yaml" {
		if text, err = yaml.JSONToYAML(text); err != nil {
			return fmt.Errorf("print as yaml: %w", err)
		}
		_, err = a.Stdout.Write(text)
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "%s\n", text)
	return err
}

func (t table) print(out io.Writer) error {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 3, ' ', 0)
	for _, row := range t {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cmp.Or(printable.Text(cell), "-")
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// notNil keeps an empty list [] rather than null in JSON.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func joined(list []string) string { return strings.Join(list, ",") }

// count returns "1 file" or "2 files".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
