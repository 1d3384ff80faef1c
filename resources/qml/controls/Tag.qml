import QtQuick
import "../theme"

// A plain word about something.
Rectangle {
    property string text: ""
    property real most: 10000

    color: Theme.sunken
    implicitHeight: word.implicitHeight + 10
    implicitWidth: word.width + 20
    radius: Theme.radiusSmall
    AppText { id: word; anchors.centerIn: parent; font.pixelSize: Theme.small; text: parent.text; width: Math.min(implicitWidth, parent.most - 20); wrapMode: Text.Wrap }
}
