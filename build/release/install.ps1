# Downloads a release of windows-container-networking, verifies it, and runs "hcnctl install" on this node.
# Run it as administrator. It changes nothing outside of -Directory before everything is verified.
#
#   powershell -ExecutionPolicy Bypass -File install.ps1 -Arguments "--type nat"
param(
    [string]$Version = '@VERSION@',
    [string]$Directory = 'C:\hcnctl',
    [string]$Arguments = '--type nat',  # of hcnctl install
    [switch]$RequireAttestation,        # fail where GitHub's attestation cannot be verified
    [switch]$RequireSignature           # fail where an executable is not signed
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

$repository = 'Microsoft/windows-container-networking'
$architecture = 'amd64'
if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { $architecture = 'arm64' }
$zip = "windows-container-networking-cni-$architecture-$Version.zip"
$url = "https://github.com/$repository/releases/download/$Version"

# Only administrators and SYSTEM may write where executables are unpacked that run as SYSTEM.
New-Item -ItemType Directory -Force -Path $Directory | Out-Null
icacls.exe $Directory /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-545:(OI)(CI)RX' | Out-Null
if ($LASTEXITCODE -ne 0) { throw "cannot set the access list of $Directory" }
$work = Join-Path $Directory "download-$PID"
New-Item -ItemType Directory -Path $work | Out-Null
try {
    foreach ($file in $zip, 'SHA256SUMS') {
        Invoke-WebRequest -UseBasicParsing -Uri "$url/$file" -OutFile (Join-Path $work $file)
    }
    $archive = Join-Path $work $zip

    # 1. The checksum: the download is complete.
    $line = Get-Content (Join-Path $work 'SHA256SUMS') | Where-Object { $_ -match ('^[0-9a-fA-F]{64} [ *]' + [regex]::Escape($zip) + '$') }
    if (-not $line) { throw "SHA256SUMS does not list $zip" }
    $expected = @($line)[0].Substring(0, 64)
    $actual = (Get-FileHash -Algorithm SHA256 -Path $archive).Hash
    if ($actual -ne $expected) { throw "$zip is damaged: its SHA-256 is $actual, and SHA256SUMS has $expected" }

    # 2. The attestation: the repository's own workflow built it. It takes the GitHub CLI.
    if (Get-Command gh.exe -ErrorAction SilentlyContinue) {
        gh.exe attestation verify $archive --repo $repository
        if ($LASTEXITCODE -ne 0) { throw "the attestation of $zip cannot be verified" }
    } elseif ($RequireAttestation) {
        throw 'the attestation cannot be verified: install the GitHub CLI (gh.exe)'
    } else {
        Write-Warning 'gh.exe is not installed: the attestation is not verified'
    }

    # 3. The signatures, where the release is signed. An existing signature has to be valid.
    $unpacked = Join-Path $work 'unpacked'
    Expand-Archive -Path $archive -DestinationPath $unpacked
    foreach ($exe in Get-ChildItem -Path $unpacked -Filter *.exe) {
        $status = (Get-AuthenticodeSignature -FilePath $exe.FullName).Status
        if ($status -eq 'NotSigned') {
            if ($RequireSignature) { throw "$($exe.Name) is not signed" }
        } elseif ($status -ne 'Valid') {
            throw "the signature of $($exe.Name) is not valid: $status"
        }
    }

    Copy-Item -Recurse -Force -Path (Join-Path $unpacked '*') -Destination $Directory
} finally {
    Remove-Item -Recurse -Force -Path $work
}

& (Join-Path $Directory 'hcnctl.exe') install ($Arguments -split ' ')
if ($LASTEXITCODE -ne 0) { throw "hcnctl install ended with status $LASTEXITCODE" }
