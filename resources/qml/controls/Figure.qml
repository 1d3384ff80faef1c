import QtQuick
import QtQuick.Layouts
import "../theme"

// One number that matters, with its name.
Card {
    id: figure
    property string label: ""
    property string value: ""
    property string note: ""
    property string iconName: ""
    property string meaning: ""

    implicitHeight: inside.implicitHeight + 32
    implicitWidth: 160
    Accessible.name: label + ": " + value
    Accessible.role: Accessible.StaticText
    ColumnLayout {
        id: inside
        anchors { left: parent.left; margins: 16; right: parent.right; top: parent.top }
        spacing: 6
        RowLayout {
            spacing: 8
            Icon { color: Theme.meaning(figure.meaning); name: figure.iconName; size: 18; visible: name }
            AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: figure.label }
        }
        AppText { Layout.fillWidth: true; font.pixelSize: Math.round(Theme.title * 1.25); font.weight: Font.Bold; fontSizeMode: Text.HorizontalFit; text: figure.value }
        AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: figure.note; visible: text }
    }
}
