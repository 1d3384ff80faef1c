import QtQuick
import QtQuick.Controls.Basic
import "../theme"

AbstractButton {
    id: chip
    property string iconName: ""
    property bool chosen: false

    implicitHeight: Theme.touch
    implicitWidth: row.implicitWidth + 28
    Accessible.name: text
    Accessible.role: Accessible.RadioButton
    Accessible.checked: chosen
    Keys.onReturnPressed: click()
    contentItem: Item {
        Row {
            id: row
            anchors.centerIn: parent
            spacing: 8
            Icon { anchors.verticalCenter: parent.verticalCenter; color: chip.chosen ? Theme.accentInk : Theme.soft; name: chip.iconName; size: 18; visible: name }
            AppText { anchors.verticalCenter: parent.verticalCenter; color: chip.chosen ? Theme.accentInk : Theme.ink; strong: true; text: chip.text }
        }
    }
    background: Rectangle {
        anchors { fill: parent; topMargin: 4; bottomMargin: 4 }
        border { color: Theme.line; width: chip.chosen ? 0 : 1 }
        color: chip.chosen ? Theme.accent : chip.down ? Theme.pressed : chip.hovered ? Theme.sunken : Theme.surface
        radius: height / 2
        FocusRing { around: chip; radius: height / 2 }
    }
}
