package privatedir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// access is an access list that new objects inside inherit, and that inherits nothing from above: %ProgramData% and C:\
// let every user create files.
type access = string

const (
	private access = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)" // full control for SYSTEM and administrators
	// readable adds FILE_GENERIC_READ and FILE_GENERIC_EXECUTE for users.
	readable access = private + "(A;OICI;0x1200a9;;;BU)"
)

func base() string {
	dir := os.Getenv("ProgramData")
	if dir == "" {
		dir = `C:\ProgramData`
	}
	return filepath.Join(dir, "hcnctl")
}

func mkdir(dir string, who access) error {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	sd, err := windows.SecurityDescriptorFromString(who)
	if err != nil {
		return fmt.Errorf("security descriptor %s: %w", who, err)
	}
	return windows.CreateDirectory(name, &windows.SecurityAttributes{
		Length:             uint32(unsafe.Sizeof(windows.SecurityAttributes{})),
		SecurityDescriptor: sd,
	})
}

// checkOwner rejects a directory, or a link to one, that an ordinary user created: its owner could change its access
// rights.
func checkOwner(dir string) error {
	owner, err := ownerOf(dir)
	if err != nil {
		return fmt.Errorf("read the owner of directory %q: %w", dir, err)
	}
	if !trusted(owner) {
		return fmt.Errorf("directory %q belongs to %s, who is no administrator: remove it", dir, owner)
	}
	return nil
}

func ownerOf(dir string) (*windows.SID, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return nil, err
	}
	const ofTheLinkItself = windows.FILE_FLAG_BACKUP_SEMANTICS | windows.FILE_FLAG_OPEN_REPARSE_POINT
	handle, err := windows.CreateFile(name, windows.READ_CONTROL, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING, ofTheLinkItself, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = windows.CloseHandle(handle) }()
	sd, err := windows.GetSecurityInfo(handle, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return nil, err
	}
	owner, _, err := sd.Owner()
	return owner, err
}

// trustedInstaller owns C:\ and most files of Windows.
const trustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

func trusted(owner *windows.SID) bool {
	if owner.IsWellKnown(windows.WinBuiltinAdministratorsSid) || owner.IsWellKnown(windows.WinLocalSystemSid) {
		return true
	}
	if owner.String() == trustedInstaller {
		return true
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err == nil && owner.Equals(user.User.Sid)
}

// IsHeld reports whether the error may mean that another process has the file open. For a file that is to be replaced,
// or that is removed once it is closed, Windows reports only that access is denied.
func IsHeld(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED) ||
		errors.Is(err, windows.ERROR_DELETE_PENDING)
}
