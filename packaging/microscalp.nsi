; The setup program for Windows: for the user who runs it, without administrator rights. `.ci/release` calls it:
; makensis -DVERSION=… -DFOLDER=… (what PyInstaller made) -DPROJECT=… (the checkout) -DOUTPUT=… microscalp.nsi
Target amd64-unicode ; as the program: Windows without 32-bit parts can run it too
!include "MUI2.nsh"
!include "FileFunc.nsh"

!define NAME "Microscalp"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Microscalp"
!define RECORDING "Microscalp.Recording"

Name "${NAME} ${VERSION}"
OutFile "${OUTPUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
SetCompressor /SOLID lzma
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} setup"
VIAddVersionKey "LegalCopyright" "MIT license"

!insertmacro MUI_PAGE_LICENSE "${PROJECT}/LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\microscalp-desk.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A desk that runs keeps its program open for writing by nobody else.
!macro RefuseWhileRunning un
Function ${un}RefuseWhileRunning
    IfFileExists "$INSTDIR\microscalp-desk.exe" 0 closed
    ClearErrors
    FileOpen $0 "$INSTDIR\microscalp-desk.exe" a
    IfErrors running
    FileClose $0
    ClearErrors
    FileOpen $0 "$INSTDIR\microscalp.exe" a
    IfErrors running
    FileClose $0
    Goto closed
running:
    MessageBox MB_OK|MB_ICONEXCLAMATION "Microscalp is running. Close it, then start this again." /SD IDOK
    SetErrorLevel 3
    Quit
closed:
FunctionEnd
!macroend
!insertmacro RefuseWhileRunning ""
!insertmacro RefuseWhileRunning "un."

Section
    Call RefuseWhileRunning
    RMDir /r "$INSTDIR\_internal" ; parts of an earlier version that this one no longer has
    SetOutPath "$INSTDIR"
    File /r "${FOLDER}/*"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\microscalp-desk.exe"

    WriteRegStr HKCU "Software\Classes\.microscalp" "" "${RECORDING}"
    WriteRegStr HKCU "Software\Classes\${RECORDING}" "" "Microscalp recording"
    WriteRegStr HKCU "Software\Classes\${RECORDING}\DefaultIcon" "" "$INSTDIR\microscalp-desk.exe,0"
    WriteRegStr HKCU "Software\Classes\${RECORDING}\shell\open\command" "" '"$INSTDIR\microscalp-desk.exe" --data "%1"'

    WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
    WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\microscalp-desk.exe"
    WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${KEY}" "NoModify" 1
    WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
SectionEnd

; Settings, plans, journal and recordings are not here but in the user's folders, and stay.
Section "Uninstall"
    Call un.RefuseWhileRunning
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\microscalp.exe"
    Delete "$INSTDIR\microscalp-desk.exe"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\${NAME}.lnk"
    DeleteRegKey HKCU "Software\Classes\${RECORDING}"
    ReadRegStr $0 HKCU "Software\Classes\.microscalp" ""
    StrCmp $0 "${RECORDING}" 0 +2
    DeleteRegKey HKCU "Software\Classes\.microscalp"
    DeleteRegKey HKCU "${KEY}"
SectionEnd
