package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// signing holds the settings for Authenticode signatures; without a certificate there are none.
type signing struct {
	pfx          string // HCNCTL_SIGN_PFX: PKCS#12 file with certificate and key
	passwordFile string // HCNCTL_SIGN_PASSWORD_FILE: its password, in a file so that no process list shows it
	timestampURL string // HCNCTL_SIGN_TIMESTAMP_URL: RFC 3161 server; its answer differs each time
}

func signingFromEnv(getenv func(string) string) signing {
	return signing{
		pfx:          getenv("HCNCTL_SIGN_PFX"),
		passwordFile: getenv("HCNCTL_SIGN_PASSWORD_FILE"),
		timestampURL: getenv("HCNCTL_SIGN_TIMESTAMP_URL"),
	}
}

// sign replaces the executable with a signed one. The signing time is that of the commit.
func (s signing) sign(ctx context.Context, exe string, at time.Time) error {
	if s.pfx == "" {
		return nil
	}
	signed := exe + ".signed"
	args := []string{"sign", "-pkcs12", s.pfx, "-h", "sha256", "-time", strconv.FormatInt(at.Unix(), 10),
		"-n", "Windows container networking"}
	if s.passwordFile != "" {
		args = append(args, "-readpass", s.passwordFile)
	}
	if s.timestampURL != "" {
		args = append(args, "-ts", s.timestampURL)
	}
	cmd := exec.CommandContext(ctx, "osslsigncode", append(args, "-in", exe, "-out", signed)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("sign %s: %w\n%s", filepath.Base(exe), err, out)
	}
	return os.Rename(signed, exe)
}
