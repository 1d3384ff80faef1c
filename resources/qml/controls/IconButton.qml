import QtQuick
import QtQuick.Controls.Basic
import "../theme"

Button {
    id: button
    property string iconName: ""
    property string shortcut: ""
    property color tint: Theme.soft
    property string badge: ""

    implicitWidth: Theme.touch
    implicitHeight: Theme.touch
    Accessible.name: text
    Keys.onReturnPressed: click()
    contentItem: Item {
        Icon { anchors.centerIn: parent; color: button.enabled ? button.tint : Theme.edge; name: button.iconName }
        Rectangle {
            anchors { right: parent.right; top: parent.top; margins: -6 }
            color: Theme.accent
            height: Math.max(18, count.implicitHeight)
            radius: height / 2
            visible: button.badge
            width: Math.max(height, count.implicitWidth + 8)
            AppText { id: count; anchors.centerIn: parent; color: Theme.accentInk; font.pixelSize: Math.min(Theme.small, 15) - 1; strong: true; text: button.badge }
        }
    }
    background: Rectangle {
        color: button.down ? Theme.pressed : button.hovered ? Theme.sunken : "transparent"
        radius: Theme.radius
        FocusRing { around: button }
    }
    Tip { shortcut: button.shortcut; text: button.text; visible: button.hovered }
}
