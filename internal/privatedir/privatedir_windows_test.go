package privatedir

import (
	"testing"

	"golang.org/x/sys/windows"
)

// checkAccess compares the access list with what was asked for. Wine keeps Unix rights only, so there
// it sees no more than that nobody else got in.
func checkAccess(t *testing.T, dir string, want access) {
	t.Helper()
	sd, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	acl, _, err := sd.DACL()
	if err != nil {
		t.Fatal(err)
	}
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		t.Skipf("Wine keeps no access lists; this one has %d entries", acl.AceCount)
	}
	if got := sd.String(); got != want {
		t.Errorf("%s has %s, want %s", dir, got, want)
	}
}
