package topology

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// canvas is an SVG under construction. All numbers are pixels.
type canvas struct{ strings.Builder }

const (
	sans = `'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif`
	mono = `Consolas, 'Cascadia Mono', 'Liberation Mono', 'DejaVu Sans Mono', monospace`

	greyColour  = "#5b6b7a"
	paperColour = "#ffffff"
	bandColour  = "#f6f8fa"
	linkColour  = "#9fb0c0"
)

// style is the appearance of a text.
type style struct {
	size   float64
	bold   bool
	mono   bool
	colour string
	middle bool // x is the text's middle
}

// width estimates the text's width: letters of these fonts are 0.53 of their size wide on average, bold ones more,
// those of monospaced fonts 0.6.
func (s style) width(text string) float64 {
	letter := 0.54
	switch {
	case s.mono:
		letter = 0.605
	case s.bold:
		letter = 0.58
	}
	return float64(utf8.RuneCountInString(text)) * s.size * letter
}

// fit truncates the text to the width.
func (s style) fit(text string, width float64) string {
	runes := []rune(text)
	for len(runes) > 1 && s.width(string(runes)) > width {
		runes = append(runes[:len(runes)-2], '…')
	}
	return string(runes)
}

// text writes one line with its baseline at y, truncated to width; a tooltip then has the whole text.
func (c *canvas) text(x, y, width float64, s style, text string) {
	attributes := ""
	if s.bold {
		attributes += ` font-weight="600"`
	}
	if s.mono {
		attributes += fmt.Sprintf(` font-family="%s"`, mono)
	}
	if s.middle {
		attributes += ` text-anchor="middle"`
	}
	shown, tooltip := s.fit(text, width), ""
	if shown != text {
		tooltip = "<title>" + escape(text) + "</title>"
	}
	fmt.Fprintf(c, `<text x="%.1f" y="%.1f" font-size="%g" fill="%s"%s>%s%s</text>`+"\n",
		x, y, s.size, s.colour, attributes, tooltip, escape(shown))
}

func (c *canvas) rect(x, y, w, h, radius float64, fill, line string) {
	stroke := ""
	if line != "" {
		stroke = fmt.Sprintf(` stroke="%s" stroke-width="1.2"`, line)
	}
	fmt.Fprintf(c, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%g" fill="%s"%s/>`+"\n", x, y, w, h, radius, fill, stroke)
}

// curve links two points that are side by side.
func (c *canvas) curve(x1, y1, x2, y2 float64, colour string) {
	bend := (x2 - x1) / 2
	fmt.Fprintf(c, `<path d="M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f" fill="none" stroke="%s" stroke-width="1.6"/>`+"\n",
		x1, y1, x1+bend, y1, x2-bend, y2, x2, y2, colour)
}

// chip is a small label.
type chip struct {
	text, fill, ink string
}

const (
	chipHeight = 17
	chipGap    = 5
	chipPad    = 9
)

var chipStyle = style{size: 10.5, middle: true}

// layChips breaks chips into rows of a width.
func layChips(chips []chip, width float64) [][]chip {
	var rows [][]chip
	used := width
	for _, one := range chips {
		w := chipStyle.width(one.text) + 2*chipPad
		if used+w > width || len(rows) == 0 {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], one)
		used += w + chipGap
	}
	return rows
}

func chipsHeight(rows [][]chip) float64 { return float64(len(rows)) * (chipHeight + chipGap) }

func (c *canvas) chips(x, y, width float64, rows [][]chip) {
	for _, row := range rows {
		left := x
		for _, one := range row {
			w := min(chipStyle.width(one.text)+2*chipPad, width)
			c.rect(left, y, w, chipHeight, chipHeight/2, one.fill, "")
			s := chipStyle
			s.colour = one.ink
			c.text(left+w/2, y+12, w-chipPad, s, one.text)
			left += w + chipGap
		}
		y += chipHeight + chipGap
	}
}

func escape(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // writing to a strings.Builder cannot fail
	}
	return b.String()
}
