import QtQuick
import QtQuick.Layouts
import "../theme"

// The title of a screen, one line under it, its actions at the right.
RowLayout {
    id: head
    property string title: ""
    property string subtitle: ""
    default property alias actions: end.data

    spacing: 16
    ColumnLayout {
        Layout.fillWidth: true
        spacing: 2
        AppText { Layout.fillWidth: true; font.pixelSize: Math.round(Theme.title * 1.25); font.weight: Font.Bold; text: head.title; Accessible.role: Accessible.Heading }
        AppText { Layout.fillWidth: true; muted: true; text: head.subtitle; visible: text; wrapMode: Text.Wrap }
    }
    RowLayout { id: end; spacing: 8 }
}
