import QtQuick
import "../theme"

// Something that is on or off, told by its mark and to screen readers as a check box.
ListRow {
    property bool on: false

    Accessible.checkable: true
    Accessible.checked: on
    Accessible.role: Accessible.CheckBox
    iconName: on ? "checkbox-marked" : "checkbox-blank-outline"
    implicitHeight: Math.max(Theme.touch, contentItem.implicitHeight + 12)
    inset: 0
    ruled: false
    tint: on ? Theme.accent : Theme.soft
}
