import QtQuick
import "../theme"

Column {
    id: empty
    property string iconName: ""
    property string title: ""
    property string detail: ""

    spacing: 8
    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        color: Theme.sunken
        height: 72
        radius: 36
        width: 72
        Icon { anchors.centerIn: parent; name: empty.iconName; size: 32 }
    }
    Item { height: 4; width: 1 }
    AppText { horizontalAlignment: Text.AlignHCenter; strong: true; text: empty.title; width: parent.width; wrapMode: Text.Wrap }
    AppText { horizontalAlignment: Text.AlignHCenter; muted: true; text: empty.detail; visible: text; width: parent.width; wrapMode: Text.Wrap }
}
