/* What Wine alone, or Wine with the emulator's DLL, keeps in memory: a program without Go that asks for
 * all networks so many times (the argument), prints its own peak working set, and exits. */
#include <windows.h>
#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>

typedef HRESULT(WINAPI *enumerate)(const wchar_t *, wchar_t **, wchar_t **);

int main(int argc, char **argv)
{
	int calls = argc > 1 ? atoi(argv[1]) : 0;
	PROCESS_MEMORY_COUNTERS memory;
	if (calls > 0) {
		HMODULE dll = LoadLibraryA("computenetwork.dll");
		enumerate networks = dll ? (enumerate)(void *)GetProcAddress(dll, "HcnEnumerateNetworks") : NULL;
		if (!networks)
			return 11;
		for (int i = 0; i < calls; i++) {
			wchar_t *answer = NULL, *record = NULL;
			if (FAILED(networks(L"{}", &answer, &record)))
				return 12;
			CoTaskMemFree(answer);
			CoTaskMemFree(record);
		}
	}
	if (!GetProcessMemoryInfo(GetCurrentProcess(), &memory, sizeof memory))
		return 13;
	printf("%llu\n", (unsigned long long)memory.PeakWorkingSetSize);
	return 0;
}
