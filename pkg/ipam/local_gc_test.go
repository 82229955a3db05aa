package ipam

import (
	"os"
	"path/filepath"
	"testing"
)

func TestGCKeepsTheValidOnes(t *testing.T) {
	rows := map[string]struct {
		valid string
		want  []string
		code  uint
	}{
		"some":         {`,"cni.dev/valid-attachments":[{"containerID":"c1","ifname":"eth0"},{"containerID":"c2","ifname":"other"}]`, []string{"10.0.0.2 c1/eth0", "fd00::2 c1/eth0"}, 0},
		"old format":   {`,"cni.dev/valid-attachments":[{"containerID":"old","ifname":"eth9"}]`, []string{"10.0.0.6 old"}, 0},
		"none":         {`,"cni.dev/valid-attachments":[]`, nil, 0},
		"null":         {`,"cni.dev/valid-attachments":null`, nil, 0},
		"missing":      {"", []string{"10.0.0.2 c1/eth0", "10.0.0.3 c2/eth0", "10.0.0.4 ", "10.0.0.6 old", "fd00::2 c1/eth0", "fd00::3 c2/eth0"}, 7},
		"not a list":   {`,"cni.dev/valid-attachments":{}`, []string{"10.0.0.2 c1/eth0", "10.0.0.3 c2/eth0", "10.0.0.4 ", "10.0.0.6 old", "fd00::2 c1/eth0", "fd00::3 c2/eth0"}, 7},
		"no ids in it": {`,"cni.dev/valid-attachments":[{}]`, nil, 0},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			add(t, localRequest(dir, "c1"))
			add(t, localRequest(dir, "c2"))
			// A reservation of a process that died while writing it, and one of a host-local of 2017.
			for file, text := range map[string]string{"10.0.0.4": "", "10.0.0.6": "old"} {
				if err := os.WriteFile(filepath.Join(dir, "net", file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r := localRequest(dir, "")
			r.Stdin = conf(dir, subnets, row.valid)
			if err := (Client{}).GC(t.Context(), r); row.code != 0 {
				checkError(t, err, row.code, "valid-attachments")
			} else if err != nil {
				t.Error(err)
			}
			expect(t, dir, row.want...)
			if _, err := os.Stat(filepath.Join(dir, "net", "last_reserved_ip.0")); err != nil {
				t.Error(err)
			}
		})
	}
}
