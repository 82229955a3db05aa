// bcryptprimitives.dll for Wine before version 9. Every Go program loads it at its start, for the one
// function that Go's runtime needs of it. That makes it the place to cure another gap of that Wine too.
#include <windows.h>
#include <string.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); // RtlGenRandom

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
	while (length > 0) {
		ULONG part = length > 0x10000 ? 0x10000 : (ULONG)length;
		if (!SystemFunction036(buffer, part))
			return FALSE;
		buffer += part;
		length -= part;
	}
	return TRUE;
}

// Go's os.RemoveAll deletes by FileDispositionInformationEx and falls back to the older class if Windows
// says that it does not know that one. Wine says instead that it is not implemented, on which Go gives up.
#define FILE_DISPOSITION_INFORMATION_EX_CLASS 64
#define STATUS_NOT_IMPLEMENTED_ ((LONG)0xC0000002)
#define STATUS_INVALID_INFO_CLASS_ ((LONG)0xC0000003)

typedef LONG(NTAPI *set_information_file)(HANDLE, PVOID, PVOID, ULONG, ULONG);

static set_information_file original;

static LONG NTAPI answer_like_windows(HANDLE file, PVOID io, PVOID data, ULONG length, ULONG class)
{
	LONG status = original(file, io, data, length, class);
	if (status == STATUS_NOT_IMPLEMENTED_ && class == FILE_DISPOSITION_INFORMATION_EX_CLASS)
		return STATUS_INVALID_INFO_CLASS_;
	return status;
}

// A system call of Wine 8 is 32 bytes that may stand anywhere, beginning with mov r10,rcx and mov eax,n.
#define SYSTEM_CALL_SIZE 32
static const BYTE system_call_start[] = {0x4c, 0x8b, 0xd1, 0xb8};

// Moves the system call elsewhere and puts a jump in its place. Does nothing to code that looks different.
static void redirect(BYTE *code)
{
	BYTE jump[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; // mov rax,target; jmp rax
	void *target = answer_like_windows;
	DWORD protection;
	BYTE *copy;

	if (!code || memcmp(code, system_call_start, sizeof system_call_start) != 0)
		return;
	copy = VirtualAlloc(NULL, SYSTEM_CALL_SIZE, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
	if (!copy || !VirtualProtect(code, SYSTEM_CALL_SIZE, PAGE_EXECUTE_READWRITE, &protection))
		return;
	memcpy(copy, code, SYSTEM_CALL_SIZE);
	original = (set_information_file)copy;
	memcpy(jump + 2, &target, sizeof target);
	memcpy(code, jump, sizeof jump);
	VirtualProtect(code, SYSTEM_CALL_SIZE, protection, &protection);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
	(void)instance;
	(void)reserved;
	if (reason == DLL_PROCESS_ATTACH)
		redirect((BYTE *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtSetInformationFile"));
	return TRUE;
}
