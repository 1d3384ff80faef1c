import QtQuick
import QtQuick.Controls.Basic
import "../theme"

TextField {
    id: field
    property string label: ""
    property string iconName: ""
    property bool wrong: false

    implicitHeight: Theme.touch
    leftPadding: iconName ? 16 + 20 * Math.min(Theme.scale, 1.5) : 12
    rightPadding: 12
    color: Theme.ink
    font { family: Theme.family; pixelSize: Theme.body; weight: Font.Medium }
    placeholderText: label
    placeholderTextColor: Theme.soft
    selectedTextColor: Theme.accentInk
    selectionColor: Theme.accent
    verticalAlignment: TextInput.AlignVCenter
    Accessible.name: label
    background: Rectangle {
        border.color: field.wrong ? Theme.problem : field.activeFocus ? Theme.accent : Theme.edge
        border.width: field.activeFocus || field.wrong ? 2 : 1
        color: Theme.surface
        radius: Theme.radius
        Icon { anchors { left: parent.left; leftMargin: 10; verticalCenter: parent.verticalCenter } name: field.iconName; size: 20 }
    }
}
