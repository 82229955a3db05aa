// Package dlltest holds tests of the emulator as a DLL. Those of the DLL itself run as a Windows
// executable under Wine; those of nodes without a usable DLL drive such executables from outside and need
// WINE_OUT, the directory that build/wine/provision.sh filled. `make test-wine` runs both.
package dlltest
