package privatedir

import (
	"testing"

	"golang.org/x/sys/windows"
)

// checkAccess compares the access list with the requested one. Wine keeps Unix rights only, so there it checks only
// that no other user has access.
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
